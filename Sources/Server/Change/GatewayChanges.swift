public import Ledger

/// The way to another configuration while the server runs, as the routes see it.
public struct GatewayChanges: Sendable {
    /// Reads the configuration anew.
    let reload: @Sendable () async -> ReloadReport
    /// Why a model could not be one of the configuration as it is written now, beside these others.
    let faults: @Sendable (_ model: StoredModel, _ others: [StoredModel]) async -> [String]
    /// Takes up the models that the ledger has now.
    let takeModels: @Sendable () async -> ReloadReport

    /// - Parameters:
    ///   - reload: reads the configuration anew; one that comes while one runs waits for it.
    ///   - faults: why a model could not be one of the configuration, one sentence for each fault.
    ///   - takeModels: takes up the models that the ledger has now.
    public init(
        reload: @escaping @Sendable () async -> ReloadReport,
        faults: @escaping @Sendable (_ model: StoredModel, _ others: [StoredModel]) async -> [String],
        takeModels: @escaping @Sendable () async -> ReloadReport
    ) {
        (self.reload, self.faults, self.takeModels) = (reload, faults, takeModels)
    }

    /// Nothing ever changes.
    package static let none = GatewayChanges(
        reload: { ReloadReport() }, faults: { _, _ in [] }, takeModels: { ReloadReport() })
}

/// What came of reading the configuration anew, for people.
public struct ReloadReport: Sendable, Equatable {
    /// Why nothing was changed, one sentence for each fault; empty: the new configuration is in force.
    public var faults: [String] = []
    /// What takes part from now on: `instance gpu-3:11434`, `deployment llama3 on gpu-3:11434`, `model llama3`.
    public var added: [String] = []
    /// What goes on in another way.
    public var changed: [String] = []
    /// What takes no more requests.
    public var removed: [String] = []
    /// What is written otherwise than it is in force, and will be after a restart.
    public var needsRestart: [String] = []
    /// What was said of the configuration: `FILE:LINE:COLUMN: path: message`.
    public var warnings: [String] = []

    /// Nothing was said, and nothing changed.
    public init() {}

    /// Nothing was changed, for these reasons.
    public init(faults: [String]) { self.faults = faults }

    /// Whether the pool is another one.
    var changesNothing: Bool { added.isEmpty && changed.isEmpty && removed.isEmpty }

    /// All of it in a sentence.
    public var message: String {
        guard faults.isEmpty else {
            return "nothing was changed: " + faults.joined(separator: "; ")
        }
        var parts: [String] = []
        for (word, list) in [("added", added), ("changed", changed), ("removed", removed)] where !list.isEmpty {
            parts.append("\(word) \(Self.some(list))")
        }
        var message =
            "the configuration was read anew: "
            + (parts.isEmpty ? "nothing has changed" : parts.joined(separator: "; "))
        if !needsRestart.isEmpty { message += "; needs a restart: \(Self.some(needsRestart))" }
        return message
    }

    /// A sentence stays one whatever the size of the pool.
    private static func some(_ list: [String]) -> String {
        let shown = list.prefix(12).joined(separator: ", ")
        return list.count > 12 ? "\(shown) and \(list.count - 12) more" : shown
    }
}
