public import Dialects

extension Configuration {
    /// How long a box keeps a deployment's model in memory, and what becomes of a client's own word about it.
    ///
    /// The first of these that is written: the deployment's `keep_alive`; the line of `drover.keep_alive` for its name, then for its
    /// tag, then the one of the patterns that fit them; where `drover.placement` names its box for it, for ever; the default
    /// of `drover.keep_alive`.
    public func keepAlive(of deployment: Deployment) -> KeepAlivePolicy {
        let own = deployment.extras["keep_alive"].flatMap { Dialects.JSONText($0) }.flatMap { KeepAlive($0) }
        return keepAlive(of: deployment.tag, servedAs: deployment.modelName.value, on: deployment.instance, own: own)
    }

    /// The same of a tag that clients ask for by a name.
    public func keepAlive(
        of tag: String, servedAs name: String, on instance: Int, own: KeepAlive? = nil
    ) -> KeepAlivePolicy {
        let tag = OllamaName.normalise(tag)
        let policy =
            line(for: name, tag)?.time ?? (isPinned(name, tag, on: instances[instance].name) ? Self.forever : nil)
            ?? drover.keepAlive.first { $0.model == nil }?.time
        let client = drover.clientKeepAlive ?? (own == nil && policy != nil ? .extend : .allow)
        return KeepAlivePolicy(time: own ?? policy, client: client)
    }

    private static let forever = KeepAlive(Dialects.JSONText.integer(-1))

    private func line(for name: String, _ tag: String) -> KeepAliveLine? {
        let lines = drover.keepAlive.compactMap { line in
            line.model.map { (model: model(behind: $0.value), line: line) }
        }
        let exact = lines.first { $0.model == name } ?? lines.first { OllamaName.normalise($0.model) == tag }
        if let exact { return exact.line }
        var best: (pattern: NamePattern, line: KeepAliveLine)?
        for (model, line) in lines {
            guard let pattern = NamePattern(model), pattern.matches(name) || pattern.matches(tag) else { continue }
            if best.map({ pattern.precedes($0.pattern) }) ?? true { best = (pattern, line) }
        }
        return best?.line
    }

    /// Whether `drover.placement` says that a box should have a model.
    private func isPinned(_ name: String, _ tag: String, on box: String) -> Bool {
        drover.placement.contains { line in
            let isMeant = OllamaName.normalise(line.model.value) == tag || model(behind: line.model.value) == name
            return isMeant && line.boxes.contains { $0.value == box }
        }
    }
}
