import CSQLite

extension Connection {
    /// Runs `body` with the lock for writing held: all it does is kept, or nothing of it when it throws or the commit fails.
    ///
    /// An error of the commit means that nothing of it will be there, with one exception: where the system failed to write
    /// (`inputOutput`), a commit that was told as failed can be found done after a restart.
    /// - Parameter told: What an error of SQLite itself is to the caller.
    @discardableResult
    public func transaction<Result, Failure: Error>(
        telling told: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try run("BEGIN IMMEDIATE", telling: told)
        do throws(Failure) {
            let result = try body()
            try run("COMMIT", telling: told)
            return result
        } catch {
            // SQLite has rolled back by itself after some errors, a full disk among them.
            if isInTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// The same, for a body that does nothing else than ask SQLite.
    @discardableResult
    public func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try transaction(telling: { $0 }, body)
    }

    /// Reads in `body` see one state of the file, whatever others write meanwhile.
    /// - Parameter told: What an error of SQLite itself is to the caller.
    public func snapshot<Result, Failure: Error>(
        telling told: (SQLiteError) -> Failure, _ body: () throws(Failure) -> Result
    ) throws(Failure) -> Result {
        try run("BEGIN", telling: told)
        defer { if isInTransaction { _ = try? run("COMMIT") } }
        return try body()
    }

    /// The same, for a body that does nothing else than ask SQLite.
    public func snapshot<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try snapshot(telling: { $0 }, body)
    }

    private func run<Failure: Error>(_ sql: String, telling told: (SQLiteError) -> Failure) throws(Failure) {
        do throws(SQLiteError) {
            try run(sql)
        } catch {
            throw told(error)
        }
    }

    /// Whether a transaction is open.
    public var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }
}
