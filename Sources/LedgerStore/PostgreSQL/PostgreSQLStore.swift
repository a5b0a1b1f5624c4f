/// The ledger in a PostgreSQL database, in tables of its own (schema `drover`), for one gateway or several together.
///
/// A session that is lost is made anew with the next question. An actor on a thread of its own, since libpq's calls block.
public actor PostgreSQLStore: TableStore {
    private nonisolated let thread: StoreThread
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// The tables, in their database.
    public let tables: StoreTables

    /// Connects, on the caller's thread, and brings an older ledger to the present schema.
    /// - Parameter address: `postgres://user:password@host:port/database?sslmode=…`, or libpq's own words.
    public init(_ address: String) throws(StoreError) { try self.init(address, on: StoreThread()) }

    /// The same, for one who has a thread already.
    init(_ address: String, on thread: StoreThread) throws(StoreError) {
        self.thread = thread
        let database = try PostgreSQLDatabase(address)
        tables = StoreTables(LedgerTables(database: database, name: database.server))
    }
}
