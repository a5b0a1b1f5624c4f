import SQLite

/// The tables of one kind of SQLite file, and how a file is known for one of that kind.
struct FileSchema {
    /// What the file says of itself where other programs look (`PRAGMA application_id`).
    let applicationID: Int64
    /// The steps by which an older file is brought to the present tables. One that was released is never changed: another one
    /// follows it.
    let steps: [String]

    /// The ledger: "drov".
    static let ledger = FileSchema(applicationID: 0x6472_6f76, steps: Schema.steps)
    /// What is kept beside it: "drok".
    static let kept = FileSchema(applicationID: 0x6472_6f6b, steps: KeptSchema.steps)

    /// Brings the file to the present schema, one transaction per step; a file that is there already is not written.
    /// `PRAGMA user_version` counts the steps that are done.
    func migrate(_ connection: Connection, path: String) throws(StoreError) {
        let version = try number("PRAGMA user_version", connection, path)
        let identity = try number("PRAGMA application_id", connection, path)
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema", connection, path) == 0
        guard identity == applicationID || isEmpty && identity == 0 && version == 0 else {
            throw StoreError(.damaged, "\(path) is a SQLite file of another program: name another file in drover.store")
        }
        guard version <= steps.count else {
            throw StoreError(
                .tooNew,
                "\(path) was written by a newer release (schema \(version), this one knows \(steps.count)): start that "
                    + "release, or name another file in drover.store")
        }
        do throws(SQLiteError) {
            for (index, step) in steps.enumerated() where index >= version {
                try connection.transaction { () throws(SQLiteError) in
                    // Another process may have done it between the question and the lock.
                    guard try connection.integer("PRAGMA user_version") == Int64(index) else { return }
                    try connection.execute(script: step)
                    try connection.execute(
                        script: "PRAGMA application_id=\(applicationID); PRAGMA user_version=\(index + 1)")
                }
            }
        } catch {
            throw StoreError(error, path: path)
        }
    }

    private func number(_ sql: String, _ connection: Connection, _ path: String) throws(StoreError) -> Int64 {
        do throws(SQLiteError) {
            return try connection.integer(sql) ?? 0
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
