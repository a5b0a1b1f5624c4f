public import Ledger

/// The ledger in a PostgreSQL database, in tables of its own (schema `drover`), for one gateway at a time.
///
/// A session that is lost is made anew with the next question. An actor on a thread of its own, since libpq's calls block.
public actor PostgreSQLStore: LedgerStore {
    private nonisolated let thread: StoreThread
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let tables: LedgerTables<PostgreSQLDatabase>

    /// Connects, on the caller's thread, and brings an older ledger to the present schema.
    /// - Parameter address: `postgres://user:password@host:port/database?sslmode=…`, or libpq's own words.
    public init(_ address: String) throws(StoreError) { try self.init(address, on: StoreThread()) }

    /// The same, for one who has a thread already.
    init(_ address: String, on thread: StoreThread) throws(StoreError) {
        self.thread = thread
        let database = try PostgreSQLDatabase(address)
        tables = LedgerTables(database: database, name: database.server)
    }
}

/// What a store does, by the ledger's tables.
extension PostgreSQLStore {
    /// Everything that a ledger begins with, as of one moment.
    public func load() throws(StoreError) -> LedgerImage { try tables.load() }

    /// Carries out changes of the directory and notes who made them: all of it, or nothing.
    public func apply(_ changes: [DirectoryChange], audit: [AuditEntry]) throws(StoreError) {
        try tables.apply(changes, audit: audit)
    }

    /// Writes a batch, all of it or nothing; nothing when it is written already.
    public func write(_ batch: LedgerBatch) throws(StoreError) { try tables.write(batch) }

    /// Finished requests, the latest first.
    public func entries(_ filter: EntryFilter, page: EntryPage) throws(StoreError) -> [StoredEntry] {
        try tables.entries(filter, page: page)
    }

    /// How many finished requests there are.
    public func count(_ filter: EntryFilter) throws(StoreError) -> Int { try tables.count(filter) }

    /// Prompt and answer of one request, as far as they were kept.
    public func bodies(of place: EntryPage.Place) throws(StoreError) -> (prompt: String?, answer: String?) {
        try tables.bodies(of: place)
    }

    /// What was spent, from the sums by day.
    public func sums(_ query: SumQuery) throws(StoreError) -> [SpendSum] { try tables.sums(query) }

    /// What administrators did, the latest first.
    public func audit(_ page: AuditPage) throws(StoreError) -> [AuditEntry] { try tables.audit(page) }

    /// Documents of one kind, by their id.
    public func documents(_ kind: String) throws(StoreError) -> [String: String] { try tables.documents(kind) }

    /// Keeps a document of the operator's, or removes it (nil).
    public func keep(_ document: String?, kind: String, id: String, audit: [AuditEntry]) throws(StoreError) {
        try tables.keep(document, kind: kind, id: id, audit: audit)
    }

    /// Folds the sums of budget windows that are over, and forgets requests that began before `moment`.
    public func prune(before moment: WallTime?, at now: WallTime) async throws(StoreError) -> Int {
        var forgotten = 0
        while let moment {
            let part = try tables.forget(before: moment)
            forgotten += part.count
            guard part.isMore else { break }
            // Batches are written in between.
            await Task.yield()
        }
        while try tables.fold(before: now) { await Task.yield() }
        try tables.forgetBatches(of: now)
        return forgotten
    }
}
