import BoxModel

extension BoxProfile {
    /// The settings that the scheduler needs.
    var settings: BoxSettings {
        BoxSettings(
            gpu: gpu,
            models: models.map {
                DiskModel(
                    name: $0.name, sizeBytes: $0.sizeBytes, contextBytesPerToken: $0.contextBytesPerToken,
                    maxContext: $0.maxContext, embeddingOnly: !$0.capabilities.contains(.completion))
            },
            keepAlive: keepAlive.map { .after($0.wholeNanoseconds) } ?? .forever, maxQueue: maxQueue,
            maxLoadedModels: maxLoadedModels, contextLength: contextLength,
            memoryRecovery: memoryRecovery.wholeNanoseconds)
    }
}

extension ModelProfile {
    /// As the box lists it.
    var shortName: String { ModelName(name)?.shortest ?? name }
}
