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

extension Caller {
    /// Whether it may ask for a model in one of its teams, by the name that the client wrote.
    public func allows(_ model: String) -> Bool {
        guard let pass else { return true }
        return pass.allows(model) || others.contains { $0.allows(model) }
    }

    /// The same with one pass alone.
    fileprivate func with(_ pass: KeyPass) -> Caller {
        Caller(flow: flow, pass: pass, others: [], first: first ?? self.pass)
    }
}

extension RouteTable {
    /// The caller in the first of its teams that may ask for a model, and in no other, or in its first where none of them may; nil
    /// for one who has no others.
    func chosen(_ caller: Caller, for model: String) -> Caller? {
        guard let pass = caller.pass, !caller.others.isEmpty else { return nil }
        let callers = ([pass] + caller.others).lazy.map(caller.with)
        return callers.first { (try? permittedAlone(model, for: $0)) != nil } ?? caller.with(pass)
    }

    /// The name by which a model is looked up that the client has named, as its key permits, or one of its teams does. One that they do
    /// not name may be asked for where it stands for one that they do: an alias, a name that a deployment has upstream.
    ///
    /// - Throws: why the key may not ask for it.
    public func permitted(_ model: String, for caller: Caller) throws(LedgerRefusal) -> String {
        if caller.others.isEmpty { return try permittedAlone(model, for: caller) }
        return try permittedAlone(model, for: chosen(caller, for: model) ?? caller)
    }

    /// The same for one who is in no other team.
    func permittedAlone(_ model: String, for caller: Caller) throws(LedgerRefusal) -> String {
        do throws(LedgerRefusal) { return try caller.permitted(model) } catch {
            // A name that the key gives to another model is none of this one.
            guard let pass = caller.pass, pass.resolve(model) == model, let route = route(model),
                ([route.configured] + route.patternNames).contains(where: { pass.resolve($0) == $0 && pass.allows($0) })
            else { throw error }
            return model
        }
    }
}

extension KeyPass {
    /// Whether any name stands for another one.
    fileprivate var hasAliases: Bool { !facts.key.aliases.isEmpty || facts.team?.aliases.isEmpty == false }
}
