import SQLite

/// The ledger in one SQLite file, for one gateway.
///
/// WAL with `synchronous=FULL`: neither a killed process nor a power cut loses what was written, as far as the disk keeps
/// what it has confirmed. An actor on a thread of its own, since SQLite's calls block.
public actor SQLiteStore: TableStore {
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
    /// The tables, in their database.
    public let tables: StoreTables
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
            // What is forgotten is overwritten: words may be among it.
            try connection.execute(
                script: """
                    PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON;
                    PRAGMA secure_delete=ON
                    """)
        } catch {
            throw StoreError(error, path: path)
        }
        try FileSchema.ledger.migrate(connection, path: path)
        do throws(SQLiteError) {
            if !settings.isReadOnly { try connection.execute(script: "PRAGMA journal_mode=WAL") }
            if let pages = settings.maximumPages { try connection.execute(script: "PRAGMA max_page_count=\(pages)") }
        } catch {
            throw StoreError(error, path: path)
        }
        // Behind the first write: before it a new file may not be there yet.
        tables = StoreTables(
            LedgerTables(database: SQLiteDatabase(connection: connection, path: path), name: path))
    }
}
