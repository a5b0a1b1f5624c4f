/// The things that the deployments of one model have to agree on, and their shares of its traffic.
struct ModelGroup {
    let log: DiagnosticLog

    /// The strategy a model's own deployments ask for, which must be one.
    func strategy(of name: String, _ drafts: [DeploymentDraft], _ indices: [Int]) -> RoutingStrategy? {
        agreed(indices.compactMap { drafts[$0].strategy }, "strategy", of: name)
    }

    /// The class that a model's deployments give its requests, which must be one.
    func requestClass(of name: String, _ drafts: [DeploymentDraft], _ indices: [Int]) -> RequestClass {
        agreed(indices.compactMap { drafts[$0].requestClass }, "class", of: name) ?? .default
    }

    private func agreed<Value: Equatable>(_ given: [Located<Value>], _ what: String, of name: String) -> Value? {
        for other in given.dropFirst() where other != given[0] {
            log.fault(other.mark, other.path, "\(given[0].path) gives \"\(name)\" another \(what)")
        }
        return given.first?.value
    }

    /// By weight, else by rpm, else by tpm, else equal; all zero is equal too.
    func setWeights(
        of deployments: inout [Configuration.Deployment], _ drafts: [DeploymentDraft], _ indices: [Int], shuffled: Bool
    ) {
        let kinds: [(String, KeyPath<DeploymentDraft, Double?>)] = [
            ("weight", \.weight), ("rpm", \.rpm), ("tpm", \.tpm),
        ]
        let used = kinds.first { kind in indices.contains { (drafts[$0][keyPath: kind.1] ?? 0) > 0 } }
        guard let (kind, value) = used else { return }
        for index in indices {
            deployments[index].weight = drafts[index][keyPath: value] ?? 0
            if drafts[index][keyPath: value] == nil, shuffled {
                log.warning(
                    drafts[index].mark, drafts[index].path,
                    "has no \(kind) while others of \"\(drafts[index].deployment.modelName.value)\" have one, "
                        + "so simple-shuffle picks it only when they are out")
            }
        }
    }
}
