/// An answer that is whole, kept so that its client can go on from it, or ask for it again.
public struct KeptResponse: Sendable {
    /// What the client calls it.
    public let id: String
    /// As the client got it: a JSON object.
    public let object: [UInt8]
    /// The conversation so far, what was asked and what was answered: items, with commas between them.
    public let items: [UInt8]

    /// The sizes of the pieces in which a stream's texts came, so that the stream can be given again; empty where it came whole.
    public let pieces: [UInt8]

    /// Bytes of all of it.
    public var size: Int { id.utf8.count + object.count + items.count + pieces.count }

    /// - Parameters:
    ///   - id: what the client calls it.
    ///   - object: as the client got it.
    ///   - items: the conversation, with commas between its items.
    ///   - pieces: the sizes of a stream's pieces, as they were kept.
    public init(id: String, object: [UInt8], items: [UInt8], pieces: [UInt8] = []) {
        (self.id, self.object, self.items, self.pieces) = (id, object, items, pieces)
    }

    /// Whether a response that is kept here may be called so: providers' own ids have another form.
    public static func mayBe(_ id: String) -> Bool {
        id.utf8.count == 21 && id.hasPrefix("resp_")
            && id.utf8.dropFirst(5).allSatisfy { $0 &- 0x30 < 10 || $0 &- 0x61 < 6 }
    }
}
