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
        /// For tests: the most pages of 4 KiB that the file may have.
        var maximumPages: Int?
        /// For tests: not to be written.
        var isReadOnly = false

        /// A ledger in this file.
        public init(path: String) { self.path = path }
    }

    private nonisolated let thread = StoreThread()
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    let path: String
    let connection: Connection
    let coder = DocumentCoder()

    /// Opens the file, on the caller's thread, and brings an older one to the present schema.
    public init(_ settings: Settings) throws(StoreError) {
        path = settings.path
        do throws(SQLiteError) {
            connection = try Connection(
                path: settings.path, access: settings.isReadOnly ? .readOnly : .readWrite,
                busyMilliseconds: settings.busyMilliseconds)
            try connection.execute(
                script: "PRAGMA synchronous=FULL; PRAGMA trusted_schema=OFF; PRAGMA cell_size_check=ON")
        } catch {
            throw StoreError(error, path: settings.path)
        }
        try Schema.migrate(connection, path: settings.path)
        do throws(SQLiteError) {
            if !settings.isReadOnly { try connection.execute(script: "PRAGMA journal_mode=WAL") }
            if let pages = settings.maximumPages { try connection.execute(script: "PRAGMA max_page_count=\(pages)") }
        } catch {
            throw StoreError(error, path: settings.path)
        }
    }

    /// Runs statements, and tells an operator of their errors.
    @discardableResult
    func access<Result>(_ body: () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }

    /// Runs statements as one: all of it, or nothing.
    func change(_ body: () throws(SQLiteError) -> Void) throws(StoreError) {
        try access { () throws(SQLiteError) in try connection.transaction(body) }
    }
}
