import SQLite

extension SQLiteStore {
    /// "drov": what the file says of itself where other programs look (`PRAGMA application_id`).
    private static let applicationID: Int64 = 0x6472_6f76

    /// Brings the file to the present schema, one transaction per step; a file that is there already is not written.
    /// `PRAGMA user_version` counts the steps that are done.
    static func migrate(_ connection: Connection, path: String) throws(StoreError) {
        let version = try number("PRAGMA user_version", connection, path)
        let identity = try number("PRAGMA application_id", connection, path)
        let isEmpty = try number("SELECT count(*) FROM sqlite_schema", connection, path) == 0
        guard identity == applicationID || isEmpty && identity == 0 && version == 0 else {
            throw StoreError(.damaged, "\(path) is a SQLite file of another program: name another file in drover.store")
        }
        guard version <= Schema.steps.count else {
            throw StoreError(
                .tooNew,
                "\(path) was written by a newer release (schema \(version), this one knows \(Schema.steps.count)): start that "
                    + "release, or name another file in drover.store")
        }
        do throws(SQLiteError) {
            for (index, step) in Schema.steps.enumerated() where index >= version {
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

    private static func number(_ sql: String, _ connection: Connection, _ path: String) throws(StoreError) -> Int64 {
        do throws(SQLiteError) {
            return try connection.integer(sql) ?? 0
        } catch {
            throw StoreError(error, path: path)
        }
    }
}
