import Dialects

extension Configuration {
    /// Every entry of `model_list`: ``modelList``, then ``wildcards``.
    public var entries: [Deployment] { modelList + wildcards }

    /// The model a name stands for: itself, or for an alias its model. A model's own name wins over an alias.
    public func model(behind name: String) -> String {
        guard !models.contains(where: { $0.name == name }) else { return name }
        return routerSettings.modelGroupAlias.first { $0.name == name }?.model.value ?? name
    }

    /// The pattern that serves a name which no model has; nil where it fits none.
    public func pattern(serving name: String) -> String? {
        guard !models.contains(where: { $0.name == name }) else { return nil }
        var best: NamePattern?
        for model in models + wildcardModels {
            guard let pattern = NamePattern(model.name), pattern.matches(name) else { continue }
            if best.map({ pattern.precedes($0) }) ?? true { best = pattern }
        }
        return best?.text
    }

    /// The provider that the beginning of a name tells, as LiteLLM knows it: `openai` of `gpt-4o`.
    public static func provider(of name: String) -> String? {
        // A tag of Ollama's is none of OpenAI's models: gpt-oss:20b. Those that are tuned have colons too.
        guard !name.contains("/"), !name.contains(":") || name.hasPrefix("ft:") else { return nil }
        let provider = ModelReference(name, custom: nil).provider
        return provider.isEmpty ? nil : provider
    }

    /// Whether requests for this name may go to local instances only: it, its model, or another name of its model is in
    /// `drover.local_only`. Names that no model has are tags, with `drover.expose_tags`, and those have several names as
    /// well: `llama3` is `llama3:latest`.
    public func isLocalOnly(_ name: String) -> Bool { isLocalOnly([name, pattern(serving: name) ?? name]) }

    /// The same for a request that goes by several names: one of them is enough. A pattern in `drover.local_only` keeps every name
    /// that fits it.
    public func isLocalOnly(_ names: [String]) -> Bool {
        guard !drover.localOnly.isEmpty else { return false }
        let models = names.flatMap { [$0, model(behind: $0)] }
        let normal = models.map(OllamaName.normalise)
        return drover.localOnly.contains { line in
            let kept = model(behind: line.value)
            // Nobody is let out for the case of a letter.
            if let pattern = NamePattern(kept.lowercased()) {
                return models.contains { pattern.matches($0.lowercased()) } || normal.contains(where: pattern.matches)
            }
            return normal.contains(OllamaName.normalise(kept))
        }
    }

    /// Where requests for this name go when they would have to wait too long: the first line of `drover.overflow` that is
    /// about it. None for the model that takes over itself.
    public func overflow(of name: String) -> Overflow? { overflow(of: [name]) }

    /// The same for a request that goes by several names.
    public func overflow(of names: [String]) -> Overflow? {
        let own = names.map(model(behind:))
        return drover.overflow.first { line in
            guard !own.contains(model(behind: line.model.value)) else { return false }
            return line.models?.contains { own.contains(model(behind: $0.value)) } ?? true
        }
    }
}
