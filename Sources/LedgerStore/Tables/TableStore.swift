public import Ledger

/// A store that keeps the ledger in tables, whichever database they are in: what it does is the tables' work.
public protocol TableStore: Actor, LedgerStore {
    /// The tables, in their database.
    var tables: StoreTables { get }
}

/// The ledger's tables in some database. For the actor alone that has them.
public struct StoreTables {
    let work: any TableWork

    init(_ work: any TableWork) { self.work = work }
}

/// All that a store asks of its tables.
protocol TableWork {
    func load() throws(StoreError) -> LedgerImage
    func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) throws(StoreError)
    func publish(_ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64) throws(StoreError) -> Bool
    func tell(_ report: ShareReport) throws(StoreError) -> ShareNews?
    func forgetShares(at now: WallTime) throws(StoreError)
    func write(_ batch: LedgerBatch) throws(StoreError)
    func entries(_ filter: EntryFilter, page: EntryPage) throws(StoreError) -> [StoredEntry]
    func words(of requestID: String) throws(StoreError) -> EntryWords?
    func count(_ filter: EntryFilter) throws(StoreError) -> Int
    func outcomes(_ filter: EntryFilter) throws(StoreError) -> [OutcomeCount]
    func sums(_ query: SumQuery) throws(StoreError) -> [SpendSum]
    func forget(before moment: WallTime) throws(StoreError) -> (count: Int, isMore: Bool)
    func fold(before moment: WallTime) throws(StoreError) -> Bool
    func forgetBatches(of now: WallTime) throws(StoreError)
    func emptyJournal()
}

extension LedgerTables: TableWork {}

extension TableStore {
    /// Everything that a ledger begins with, as of one moment.
    public func load() throws(StoreError) -> LedgerImage { try tables.work.load() }

    /// Carries out changes of the directory and notes who made them: all of it, or nothing.
    public func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) throws(StoreError) {
        try tables.work.apply(changes, audit: audit)
    }

    /// The same, for a gateway that takes them from its news.
    public func publish(
        _ changes: [DirectoryChange], audit: [AuditEntry], heard: Int64
    ) throws(StoreError) -> Bool {
        try tables.work.publish(changes, audit: audit, heard: heard)
    }

    /// Takes a gateway's word, and answers it.
    public func tell(_ report: ShareReport) throws(StoreError) -> ShareNews? { try tables.work.tell(report) }

    /// Writes a batch, all of it or nothing; nothing when it is written already.
    public func write(_ batch: LedgerBatch) throws(StoreError) { try tables.work.write(batch) }

    /// Finished requests, the latest first.
    public func entries(_ filter: EntryFilter, page: EntryPage) throws(StoreError) -> [StoredEntry] {
        try tables.work.entries(filter, page: page)
    }

    /// What was said in a request.
    public func words(of requestID: String) throws(StoreError) -> EntryWords? {
        try tables.work.words(of: requestID)
    }

    /// How many finished requests there are.
    public func count(_ filter: EntryFilter) throws(StoreError) -> Int { try tables.work.count(filter) }

    /// How many finished requests ended alike.
    public func outcomes(_ filter: EntryFilter) throws(StoreError) -> [OutcomeCount] {
        try tables.work.outcomes(filter)
    }

    /// What was spent, from the sums by day.
    public func sums(_ query: SumQuery) throws(StoreError) -> [SpendSum] { try tables.work.sums(query) }

    /// Folds the sums of budget windows that are over, and forgets requests that began before `moment`.
    public func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int {
        var forgotten = 0
        while let moment {
            let part = try tables.work.forget(before: moment)
            forgotten += part.count
            guard part.isMore else { break }
            // Batches are written in between.
            await Task.yield()
        }
        while try tables.work.fold(before: now) { await Task.yield() }
        try tables.work.forgetBatches(of: now)
        try tables.work.forgetShares(at: now)
        if forgotten > 0 { tables.work.emptyJournal() }
        return forgotten
    }
}
