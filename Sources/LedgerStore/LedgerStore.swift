public import Ledger

/// Where the ledger is kept: what it begins with at the next start, and what people ask of the past.
///
/// Nothing here is on a request's way. A store that is out throws, and the ledger goes on from memory.
public protocol LedgerStore: Sendable {
    /// Everything that a ledger begins with.
    func load() async throws(StoreError) -> LedgerImage

    /// Carries out changes of the directory and notes who made them: all of it, or nothing.
    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) async throws(StoreError)

    /// The same, for a gateway that makes them of its own rows when it hears of them: in the order of all gateways' changes.
    ///
    /// - Parameter heard: the last transaction of which all changes were known when these were made of the rows.
    /// - Returns: false, and nothing is changed, where another gateway has changed rows since: a row is written as a whole, and would
    ///   undo what it knows nothing of.
    func publish(_ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64) async throws(StoreError) -> Bool

    /// Takes the word of a gateway that may not be the only one of its ledger, and answers it; nil where it is always alone.
    func tell(_ report: ShareReport) async throws(StoreError) -> ShareNews?

    /// Writes a batch, all of it or nothing. One that is written already, by its id, changes nothing: after an error it
    /// is handed over again as it was. Batches of one origin come in the order of their numbers.
    func write(_ batch: LedgerBatch) async throws(StoreError)

    /// Finished requests, the latest first.
    func entries(_ filter: EntryFilter, page: EntryPage) async throws(StoreError) -> [StoredEntry]

    /// What was said in a request, by its row's own name; nil where that is not kept.
    func words(of requestID: String) async throws(StoreError) -> EntryWords?

    /// How many finished requests there are.
    func count(_ filter: EntryFilter) async throws(StoreError) -> Int

    /// How many finished requests ended alike, by day: as many kinds as are counted, the most frequent first. Without the rows that
    /// the retention has taken.
    func outcomes(_ filter: EntryFilter) async throws(StoreError) -> [OutcomeCount]

    /// What was spent, summed by one property of the requests, by day or over all days, the earliest day and the most money first.
    func sums(_ query: SumQuery) async throws(StoreError) -> [SpendSum]

    /// Folds sums of budget windows that are over, and forgets requests that began before `moment`, where there is one, a
    /// part at a time. Roll-ups by day stay.
    /// - Returns: How many requests it has forgotten.
    func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int
}
