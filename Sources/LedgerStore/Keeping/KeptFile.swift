public import Ledger
import SQLite

/// What is kept beside the ledger, in a SQLite file of its own: it may hold words of clients, which the ledger never does, and nobody's
/// money depends on it.
///
/// Opened with the first question, and after a failure with the next one. An actor on a thread of its own, since SQLite's calls block.
public actor KeptFile: KeptStore {
    private nonisolated let thread = StoreThread()
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// Far more than the most that a gateway keeps: a fault of ours fills no disk.
    private static let mostPages = 1 << 17

    private let path: String
    private let maximumPages: Int
    private var tables: KeptTables<SQLiteDatabase>?
    private var connection: Connection?
    private var claim: FileClaim?

    /// - Parameter path: the file; it is made when there is none, for its owner alone. Its folder must be there.
    public init(path: String) { self.init(path: path, maximumPages: Self.mostPages) }

    /// - Parameter maximumPages: the most pages of 4 KiB that the file may have.
    init(path: String, maximumPages: Int) { (self.path, self.maximumPages) = (path, maximumPages) }

    /// Everything that is kept.
    public func read(at now: WallTime) throws(StoreError) -> KeptRows { try reached().read(at: now) }

    /// Carries out changes, and forgets what is over.
    public func write(_ changes: KeptChanges, at now: WallTime) throws(StoreError) {
        try reached().write(changes, at: now)
        guard !changes.forgotten.isEmpty || !changes.spans.isEmpty else { return }
        // The journal has the words that were just forgotten. Another reader of the file may be in the way: the next minute's spans try again.
        try? connection?.execute(script: "PRAGMA wal_checkpoint(TRUNCATE)")
    }

    private func reached() throws(StoreError) -> KeptTables<SQLiteDatabase> {
        if let tables { return tables }
        if claim == nil { claim = try FileClaim(path) }
        let connection = try told { () throws(SQLiteError) in
            let connection = try Connection(path: path, busyMilliseconds: 2_000)
            // Words that are forgotten are overwritten. A power cut may take the last seconds: nobody's money is among them.
            try connection.execute(
                script: """
                    PRAGMA secure_delete=ON; PRAGMA synchronous=NORMAL; PRAGMA trusted_schema=OFF;
                    PRAGMA cell_size_check=ON
                    """)
            return connection
        }
        try FileSchema.kept.migrate(connection, path: path)
        try told { () throws(SQLiteError) in
            try connection.execute(
                script: """
                    PRAGMA journal_mode=WAL; PRAGMA journal_size_limit=16777216;
                    PRAGMA max_page_count=\(maximumPages)
                    """)
        }
        self.connection = connection
        let made = KeptTables(database: SQLiteDatabase(connection: connection, path: path))
        tables = made
        return made
    }

    private func told<Result>(_ body: () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) { return try body() } catch { throw StoreError(error, path: path) }
    }
}
