import CPostgreSQL

/// One row of an answer. It is lent: behind the call that lends it, it is gone. Columns are counted from 0.
public struct Record {
    let calls: cpq_library
    let result: OpaquePointer
    let row: Int32

    /// Whether the column holds nothing.
    public func isNull(_ column: Int32) -> Bool { calls.PQgetisnull(result, row, column) != 0 }

    /// The column as text; empty for NULL.
    public func text(_ column: Int32) -> String {
        guard let bytes = calls.PQgetvalue(result, row, column) else { return "" }
        let count = Int(calls.PQgetlength(result, row, column))
        return bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            String(decoding: UnsafeBufferPointer(start: $0, count: count), as: UTF8.self)
        }
    }

    /// The column as text; nil for NULL.
    public func textIfAny(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

    /// The column as a number; 0 for NULL and for what is none.
    public func integer(_ column: Int32) -> Int64 { Int64(text(column)) ?? 0 }

    /// The column as a number; nil for NULL.
    public func integerIfAny(_ column: Int32) -> Int64? { isNull(column) ? nil : integer(column) }

    /// The column's bytes; nil for NULL.
    public func bytesIfAny(_ column: Int32) -> [UInt8]? {
        guard !isNull(column) else { return nil }
        // `\x` and two digits for each.
        let digits = text(column).utf8.dropFirst(2).map { $0 < 0x3a ? $0 - 0x30 : $0 - 0x57 }
        return stride(from: 0, to: digits.count - 1, by: 2).map { digits[$0] << 4 | digits[$0 + 1] }
    }
}
