import CSQLite

/// A compiled statement: given values, stepped through, and made ready for the next use. Its connection keeps it.
final class Statement {
    let pointer: OpaquePointer
    private let connection: OpaquePointer
    /// A use within another one, of the same text, needs a statement of its own.
    var isInUse = false

    /// Compiles the first statement of `sql`; answers nil for a comment or nothing.
    init?(
        _ sql: UnsafePointer<CChar>, rest: inout UnsafePointer<CChar>?, of connection: OpaquePointer, flags: UInt32 = 0
    ) throws(SQLiteError) {
        var made: OpaquePointer?
        let code = sqlite3_prepare_v3(connection, sql, -1, flags, &made, &rest)
        guard code == SQLITE_OK else { throw SQLiteError(of: connection, code: code) }
        guard let made else { return nil }
        (pointer, self.connection) = (made, connection)
    }

    deinit { sqlite3_finalize(pointer) }

    /// Compiles a text of one statement, to be used often.
    static func one(_ sql: String, of connection: OpaquePointer) throws(SQLiteError) -> Statement {
        let result = sql.withCString { start -> Result<Statement?, SQLiteError> in
            Result { () throws(SQLiteError) in
                var rest: UnsafePointer<CChar>?
                return try Statement(start, rest: &rest, of: connection, flags: UInt32(SQLITE_PREPARE_PERSISTENT))
            }
        }
        guard let statement = try result.get() else { preconditionFailure("no statement in: \(sql)") }
        return statement
    }

    /// Gives the parameters, counted from 1 in SQL, these values, all of them.
    func bind(_ values: [Value]) throws(SQLiteError) {
        precondition(
            values.count == Int(sqlite3_bind_parameter_count(pointer)), "as many values as the statement has parameters"
        )
        for (index, value) in values.enumerated() {
            let code = bind(value, at: Int32(index + 1))
            guard code == SQLITE_OK else { throw SQLiteError(of: connection, code: code) }
        }
    }

    private func bind(_ value: Value, at index: Int32) -> Int32 {
        switch value {
        case .null: return sqlite3_bind_null(pointer, index)
        case .integer(let number): return sqlite3_bind_int64(pointer, index, number)
        case .real(let number): return sqlite3_bind_double(pointer, index, number)
        case .text(var text):
            return text.withUTF8 { bytes in
                bytes.withMemoryRebound(to: CChar.self) { characters in
                    csqlite_bind_text(
                        pointer, index, characters.baseAddress ?? Self.nothing, UInt64(characters.count))
                }
            }
        case .blob(let bytes):
            return bytes.withUnsafeBytes { bytes in
                // Without an address it would be NULL.
                bytes.count == 0
                    ? sqlite3_bind_zeroblob(pointer, index, 0)
                    : csqlite_bind_blob(pointer, index, bytes.baseAddress, UInt64(bytes.count))
            }
        }
    }

    /// Whether there is a row. After an error the statement has to be reset.
    func step() throws(SQLiteError) -> Bool {
        switch sqlite3_step(pointer) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw SQLiteError(of: connection, code: code)
        }
    }

    /// Ends the use. What `step` threw is answered again by SQLite, and known already.
    func reset() {
        sqlite3_reset(pointer)
        sqlite3_clear_bindings(pointer)
    }

    /// The address of an empty text; SQLite would take none for NULL. Never written, never freed.
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = {
        let byte = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
        byte.pointee = 0
        return UnsafePointer(byte)
    }()
}

extension SQLiteError {
    /// What went wrong last on this connection.
    init(of connection: OpaquePointer, code: Int32) {
        self.init(code: code, message: String(cString: sqlite3_errmsg(connection)))
    }
}
