/// The costs of an event loop's latest requests, by their call ids: what `GET /decisions/{call_id}` adds to a decision.
///
/// Of the loop alone, so that keeping one needs no lock.
public struct RecentCosts: RequestObserver {
    /// The cost of one request, in picodollars.
    public struct Entry: Equatable, Sendable {
        /// The call's id, hashed.
        let call: UInt64
        /// Of the answer that the client got.
        public let cost: Int64
        /// Of attempts whose answers nobody got.
        public let failedAttemptsCost: Int64
    }

    private let most: Int
    private var entries: [Entry] = []
    private var oldest = 0

    /// - Parameter most: how many are kept, as many as there are decisions.
    public init(most: Int) { self.most = max(0, most) }

    /// Takes note of a request that was sent anywhere: of others no decision is kept.
    public mutating func finished(_ record: RequestRecord) {
        guard most > 0, record.attempts > 0 else { return }
        let entry = Entry(
            call: record.callID.hashed, cost: record.cost, failedAttemptsCost: record.failedAttemptsCost)
        guard entries.count == most else { return entries.append(entry) }
        entries[oldest] = entry
        oldest = oldest + 1 == most ? 0 : oldest + 1
    }

    /// The latest request with this id; nil where it is not kept, or still runs.
    public func cost(of call: UInt64) -> Entry? {
        // The newest first: a client may give two requests one id.
        for back in 1...max(1, entries.count) where back <= entries.count {
            let place = (oldest - back + entries.count) % entries.count
            if entries[place].call == call { return entries[place] }
        }
        return nil
    }
}
