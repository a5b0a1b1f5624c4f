import CSQLite

extension Connection {
    /// Runs `body` with the lock for writing held: all it does is kept, or nothing of it when it throws or the commit fails.
    ///
    /// An error of the commit means that nothing of it will be there, with one exception: where the system failed to write
    /// (`inputOutput`), a commit that was told as failed can be found done after a restart.
    @discardableResult
    public func transaction<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try run("BEGIN IMMEDIATE")
        do throws(SQLiteError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            // SQLite has rolled back by itself after some errors, a full disk among them.
            if isInTransaction { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    /// Reads in `body` see one state of the file, whatever others write meanwhile.
    public func snapshot<Result>(_ body: () throws(SQLiteError) -> Result) throws(SQLiteError) -> Result {
        try run("BEGIN")
        defer { if isInTransaction { _ = try? run("COMMIT") } }
        return try body()
    }

    /// Whether a transaction is open.
    public var isInTransaction: Bool { sqlite3_get_autocommit(pointer) == 0 }
}
