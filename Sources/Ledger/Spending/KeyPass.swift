/// A key that may ask: everything about it that a request needs, found once when the request arrives.
///
/// Copying one retains one object and allocates nothing. A pass is as the key was when it was asked for; `reserve` looks
/// at the key again.
public struct KeyPass: Sendable {
    /// What is known of the key.
    public let facts: KeyFacts
    /// Its place in the ledger.
    let index: Int32
    /// Tells it from other keys that had the place before.
    let generation: UInt32

    /// The name under which a model is to be looked for: the key's alias for it, else the team's, else as asked.
    public func resolve(_ model: String) -> String { facts.access.resolve(model) }

    /// Whether it may ask for a model, by the name that the client wrote.
    public func allows(_ model: String) -> Bool { facts.access.denial(of: model) == nil }

    /// Throws when it may not ask for a model, by the name that the client wrote.
    public func permit(_ model: String) throws(LedgerRefusal) {
        if let owner = facts.access.denial(of: model) { throw .modelDenied(ModelDenial(owner: owner, model: model)) }
    }
}
