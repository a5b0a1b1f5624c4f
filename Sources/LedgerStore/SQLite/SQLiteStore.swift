public import Ledger
import SQLite

/// The ledger in one SQLite file, for one gateway.
///
/// WAL with `synchronous=FULL`: neither a killed process nor a power cut loses what was written, as far as the disk keeps
/// what it has confirmed. An actor on a thread of its own, since SQLite's calls block.
public actor SQLiteStore: LedgerStore {
    /// Where the file is, and what it may take.
    public struct Settings: Sendable {
        /// The file; it is made when there is none, for its owner alone. Its folder must be there.
        public var path: String
        /// How long a statement waits for another process's lock.
        public var busyMilliseconds: Int32 = 2_000
        /// Whether other processes must not keep a ledger in it as well. Not for one who only reads.
        public var isClaimed = true
        /// For tests: the most pages of 4 KiB that the file may have.
        var maximumPages: Int?
        /// For tests: not to be written.
        var isReadOnly = false

        /// A ledger in this file.
        public init(path: String) { self.path = path }
    }

    private nonisolated let thread: StoreThread
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let connection: Connection
    let tables: LedgerTables<SQLiteDatabase>
    private let claim: FileClaim?

    /// Opens the file, on the caller's thread, and brings an older one to the present schema.
    public init(_ settings: Settings) throws(StoreError) { try self.init(settings, on: StoreThread()) }

    /// The same, for one who has a thread already.
    init(_ settings: Settings, on thread: StoreThread) throws(StoreError) {
        self.thread = thread
        let path = settings.path
        claim = settings.isClaimed ? try FileClaim(path) : nil
        do throws(SQLiteError) {
            connection = try Connection(
                path: path, access: settings.isReadOnly ? .readOnly : .readWrite,
                busyMilliseconds: settings.busyMilliseconds)
            try connection.execute(
                script: "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON")
        } catch {
            throw StoreError(error, path: path)
        }
        tables = LedgerTables(database: SQLiteDatabase(connection: connection, path: path), name: path)
        try Self.migrate(connection, path: path)
        do throws(SQLiteError) {
            if !settings.isReadOnly { try connection.execute(script: "PRAGMA journal_mode=WAL") }
            if let pages = settings.maximumPages { try connection.execute(script: "PRAGMA max_page_count=\(pages)") }
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

/// What a store does, by the ledger's tables.
extension SQLiteStore {
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
