import BoxModel

extension BoxProfile {
    /// The settings that the scheduler needs.
    var settings: BoxSettings {
        BoxSettings(
            gpu: gpu,
            models: models.map(\.disk),
            keepAlive: keepAlive.map { .after($0.wholeNanoseconds) } ?? .forever, maxQueue: maxQueue,
            maxLoadedModels: maxLoadedModels, contextLength: contextLength,
            memoryRecovery: memoryRecovery.wholeNanoseconds)
    }
}

extension ModelProfile {
    /// As the scheduler sees it.
    var disk: DiskModel {
        DiskModel(
            name: name, sizeBytes: sizeBytes, contextBytesPerToken: contextBytesPerToken, maxContext: maxContext,
            embeddingOnly: !capabilities.contains(.completion))
    }

    /// As the box lists it.
    var shortName: String { ModelName(name)?.shortest ?? name }
}
