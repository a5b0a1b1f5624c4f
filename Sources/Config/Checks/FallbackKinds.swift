import Dialects

/// Finds fallbacks that cannot do the work of the model they stand in for: a chat has nothing of a model that only makes
/// embeddings. A warning, since the other models of the list still stand in.
struct FallbackKinds {
    let deployments: [Configuration.Deployment]
    /// The models that aliases stand for.
    let aliases: [String: String]
    let log: DiagnosticLog

    /// One warning for each target that is passed over.
    func check(_ table: FallbackTable) {
        for rule in table.rules where isForChats(rule.model.value) {
            for target in rule.targets where makesEmbeddingsOnly(target.value) {
                let model = rule.model.value == "*" ? "other models" : "\"\(rule.model.value)\""
                log.warning(
                    target.mark, target.path,
                    "\"\(target.value)\" only makes embeddings, so chats of \(model) pass it over")
            }
        }
    }

    private func isForChats(_ name: String) -> Bool {
        name == "*" ? deployments.contains { !$0.makesEmbeddingsOnly } : !makesEmbeddingsOnly(name)
    }

    private func makesEmbeddingsOnly(_ name: String) -> Bool {
        let model = aliases[name] ?? name
        let own = deployments.filter { $0.modelName.value == model }
        return !own.isEmpty && own.allSatisfy(\.makesEmbeddingsOnly)
    }
}

extension Configuration.Deployment {
    /// Whether it makes embeddings and nothing else, by its `mode`, else by its name.
    public var makesEmbeddingsOnly: Bool { mode.map { $0 == "embedding" } ?? EmbeddingModels.contain(tag) }
}
