/// Everything since the last batch. To be written as a whole, once, by `id`.
public struct LedgerBatch: Sendable, Equatable, Codable {
    /// Its name.
    public var id: BatchID
    /// Finished requests.
    public var entries: [LedgerEntry]
    /// Parts to be added to the accounts' sums. An account may stand in it more than once, also with the same window.
    public var sums: [AccountSum]
    /// Words of requests whose rows were in it or in one before.
    public var words: [LateWords]
    /// Finished requests for which there was no room since the last batch; their money is in `sums`.
    public var dropped: Int

    /// A batch of these.
    public init(
        id: BatchID, entries: [LedgerEntry], sums: [AccountSum], words: [LateWords] = [], dropped: Int = 0
    ) {
        self.id = id
        self.entries = entries
        self.sums = sums
        self.words = words
        self.dropped = dropped
    }
}
