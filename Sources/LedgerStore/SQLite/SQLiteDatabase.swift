import SQLite

/// A SQLite file as the ledger's tables see it. Its errors say what an operator should do.
struct SQLiteDatabase: Database {
    let connection: Connection
    let path: String
    private let file: FileIdentity?

    /// - Parameter connection: to the file at the path, just opened.
    init(connection: Connection, path: String) {
        (self.connection, self.path, file) = (connection, path, FileIdentity(path))
    }

    static let dialect = Dialect(
        merge: "SELECT json_patch(?, ?)", rowOrder: "rowid", now: "CAST(strftime('%s', 'now') AS INTEGER) * 1000000")

    func run(_ sql: String, _ values: [Cell]) throws(StoreError) -> Int {
        try told { () throws(SQLiteError) in try connection.run(sql, values.map(\.value)) }
    }

    func rows<Element>(_ sql: String, _ values: [Cell], _ read: (Row) -> Element) throws(StoreError) -> [Element] {
        try told { () throws(SQLiteError) in try connection.rows(sql, values.map(\.value), read) }
    }

    func change(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try file?.check()
        try connection.transaction(telling: { StoreError($0, path: path) }, body)
    }

    func snapshot(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try connection.snapshot(telling: { StoreError($0, path: path) }, body)
    }

    /// Another reader of the file may be in the way: then the next time.
    func emptyJournal() { try? connection.execute(script: "PRAGMA wal_checkpoint(TRUNCATE)") }

    private func told<Result>(_ body: () throws(SQLiteError) -> Result) throws(StoreError) -> Result {
        do throws(SQLiteError) {
            return try body()
        } catch {
            throw StoreError(error, path: path)
        }
    }
}

extension Row: RowCells {
    func bytesIfAny(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : blob(column) }
}

extension Cell {
    fileprivate var value: Value {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .blob(bytes)
        }
    }
}
