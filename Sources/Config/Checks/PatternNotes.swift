import Dialects

/// The meaning of the patterns among the names of models, for people: which names they serve, and where.
struct PatternNotes {
    let configuration: Configuration

    /// One line for each place of each pattern, in file order.
    var lines: [String] {
        var seen: Set<String> = []
        return configuration.entries.filter { NamePattern.isOne($0.modelName.value) && $0.unavailable == nil }
            .sorted { place($0) < place($1) }
            .map { "note: \(note($0))" }
            .filter { seen.insert($0).inserted }
    }

    private func place(_ deployment: Configuration.Deployment) -> (Int, Int) {
        (deployment.model.mark?.line ?? 0, deployment.model.mark?.column ?? 0)
    }

    private func note(_ deployment: Configuration.Deployment) -> String {
        let name = "\"\(deployment.modelName.value)\""
        let instance = configuration.instances[deployment.instance].name
        guard NamePattern.isOne(deployment.tag) else {
            return "\(name): every name that fits it is \(deployment.tag) on \(instance)"
        }
        guard configuration.wildcards.contains(where: { $0.id == deployment.id }) else {
            return "\(name): any name that fits it is asked for at \(instance), as \(deployment.tag)"
        }
        return "\(name): the names are those that \(instance) lists, of them \(deployment.tag)"
    }
}
