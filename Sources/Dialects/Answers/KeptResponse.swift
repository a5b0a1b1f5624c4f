/// An answer that is whole, kept so that its client can go on from it, or ask for it again.
public struct KeptResponse: Sendable {
    /// What the client calls it.
    public let id: String
    /// As the client got it: a JSON object.
    public let object: [UInt8]
    /// The conversation so far, what was asked and what was answered: items, with commas between them.
    public let items: [UInt8]

    /// Bytes of all of it.
    public var size: Int { id.utf8.count + object.count + items.count }

    /// - Parameters:
    ///   - id: what the client calls it.
    ///   - object: as the client got it.
    ///   - items: the conversation, with commas between its items.
    public init(id: String, object: [UInt8], items: [UInt8]) {
        (self.id, self.object, self.items) = (id, object, items)
    }
}
