import Dialects

extension Configuration {
    /// The model a name stands for: itself, or for an alias its model. A model's own name wins over an alias.
    public func model(behind name: String) -> String {
        guard !models.contains(where: { $0.name == name }) else { return name }
        return routerSettings.modelGroupAlias.first { $0.name == name }?.model.value ?? name
    }

    /// Whether requests for this name may go to local instances only: it, its model, or another name of its model is in
    /// `drover.local_only`. Names that no model has are tags, with `drover.expose_tags`, and those have several names as
    /// well: `llama3` is `llama3:latest`.
    public func isLocalOnly(_ name: String) -> Bool {
        let model = OllamaName.normalise(model(behind: name))
        return drover.localOnly.contains { OllamaName.normalise(self.model(behind: $0.value)) == model }
    }

    /// Where requests for this name go when they would have to wait too long: the first line of `drover.overflow` that is
    /// about it. None for the model that takes over itself.
    public func overflow(of name: String) -> Overflow? {
        let model = model(behind: name)
        return drover.overflow.first { line in
            guard self.model(behind: line.model.value) != model else { return false }
            return line.models?.contains { self.model(behind: $0.value) == model } ?? true
        }
    }
}
