import Dialects
public import Ledger

extension Caller {
    /// The name by which a model is looked up that the client has named, as its key permits: an alias stands for its model.
    ///
    /// `llama3` and `llama3:latest` are one name to Ollama's clients, so each is permitted where the other is, and then that
    /// one is looked up.
    ///
    /// - Throws: why the key may not ask for it.
    public func permitted(_ model: String) throws(LedgerRefusal) -> String {
        guard let pass else { return model }
        let other = pass.hasAliases ? OllamaName.otherSpelling(of: model) : nil
        // An alias of the one spelling is none of the other, which must not lead past it.
        if let other, pass.resolve(model) == model, pass.resolve(other) != other, pass.allows(other) {
            return pass.resolve(other)
        }
        do throws(LedgerRefusal) {
            try pass.permit(model)
            return pass.resolve(model)
        } catch {
            if let other = OllamaName.otherSpelling(of: model), pass.allows(other) { return pass.resolve(other) }
            throw error
        }
    }
}

extension KeyPass {
    /// Whether any name stands for another one.
    fileprivate var hasAliases: Bool { !facts.key.aliases.isEmpty || facts.team?.aliases.isEmpty == false }
}
