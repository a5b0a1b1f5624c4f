import CSQLite

/// One row of an answer, while it is lent. Columns are counted from 0.
///
/// A column of another type is converted as SQLite does: NULL is 0 and an empty text.
public struct Row: ~Copyable {
    let statement: OpaquePointer

    /// Whether the column holds nothing.
    public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

    /// The column as a number.
    public func integer(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

    /// The column as a number; nil for NULL.
    public func integerIfAny(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The column as a fraction.
    public func real(_ column: Int32) -> Double { sqlite3_column_double(statement, column) }

    /// The column as text. Bytes that are no UTF-8 are replaced.
    public func text(_ column: Int32) -> String {
        guard let bytes = sqlite3_column_text(statement, column) else { return "" }
        // The count belongs to the text that was asked for just now.
        let count = Int(sqlite3_column_bytes(statement, column))
        return String(decoding: UnsafeBufferPointer(start: bytes, count: count), as: UTF8.self)
    }

    /// The column as text; nil for NULL.
    public func textIfAny(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// Lends the column's bytes.
    public func withBytes<Result, Failure: Error>(
        _ column: Int32, _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let bytes = sqlite3_column_blob(statement, column)
        let count = bytes == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
        return try body(UnsafeRawBufferPointer(start: bytes, count: count))
    }

    /// The column's bytes.
    public func blob(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

    /// The column as it is stored.
    public func value(_ column: Int32) -> Value {
        switch sqlite3_column_type(statement, column) {
        case SQLITE_INTEGER: .integer(integer(column))
        case SQLITE_FLOAT: .real(real(column))
        case SQLITE_TEXT: .text(text(column))
        case SQLITE_BLOB: .blob(blob(column))
        default: .null
        }
    }
}
