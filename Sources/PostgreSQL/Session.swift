import CPostgreSQL
import Glibc

/// One connection to a PostgreSQL server, for one thread or actor at a time.
///
/// Statements are prepared once per text and kept, so texts must be constants and values parameters. After an error of the connection it
/// is of no more use: make another.
public final class Session {
    private let calls: cpq_library
    private let connection: OpaquePointer
    private var prepared: [String: String] = [:]

    /// Connects, within five seconds unless the address says otherwise. A server that is gone without a word is given up
    /// after ten.
    /// - Parameter address: `postgres://user:password@host:port/database?sslmode=…`, or libpq's own words.
    public init(_ address: String) throws(PostgreSQLError) {
        let calls = try Library.calls()
        guard Address(address, calls).isSound else { throw Address.unreadable }
        // Those behind win over those before.
        let words =
            [
                "connect_timeout": "5", "tcp_user_timeout": "10000", "application_name": "drover",
                "client_encoding": "UTF8",
            ].sorted { $0.key < $1.key } + [("dbname", address)]
        var keys = words.map { strdup($0.0) } + [nil]
        var values = words.map { strdup($0.1) } + [nil]
        defer { for text in keys + values { free(text) } }
        let opened = keys.withUnsafeMutableBufferPointer { keys in
            values.withUnsafeMutableBufferPointer { values in
                keys.withMemoryRebound(to: UnsafePointer<CChar>?.self) { keys in
                    values.withMemoryRebound(to: UnsafePointer<CChar>?.self) { values in
                        calls.PQconnectdbParams(keys.baseAddress, values.baseAddress, 1)
                    }
                }
            }
        }
        guard let made = opened else { throw PostgreSQLError(.unreachable, "out of memory") }
        (self.calls, connection) = (calls, made)
        guard calls.PQstatus(made) == CONNECTION_OK else {
            // The end of this session's life gives the connection back.
            throw PostgreSQLError(.unreachable, Self.words(calls.PQerrorMessage(made)))
        }
        // Notices are for people at a terminal.
        _ = calls.PQsetNoticeProcessor(made, { cpq_quiet($0, $1) }, nil)
    }

    deinit { calls.PQfinish(connection) }

    private static func words(_ text: UnsafePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }
    private static func words(_ text: UnsafeMutablePointer<CChar>?) -> String { text.map { String(cString: $0) } ?? "" }

    /// Whether the server still answers, as far as is known.
    public var isConnected: Bool { calls.PQstatus(connection) == CONNECTION_OK }

    /// Runs every statement of a script.
    public func execute(script: String) throws(PostgreSQLError) {
        try finish(calls.PQexec(connection, script)) { _ in }
    }

    /// Runs one statement.
    /// - Returns: How many rows it has inserted, changed or deleted.
    @discardableResult
    public func run(_ sql: String, _ values: [Parameter] = []) throws(PostgreSQLError) -> Int {
        var changed = 0
        try finish(try answer(sql, values)) { result in changed = Int(Self.words(calls.PQcmdTuples(result))) ?? 0 }
        return changed
    }

    /// What `read` makes of each row that a statement answers, in their order.
    public func rows<Element>(
        _ sql: String, _ values: [Parameter] = [], _ read: (Record) -> Element
    ) throws(PostgreSQLError) -> [Element] {
        var found: [Element] = []
        try finish(try answer(sql, values)) { result in
            let count = calls.PQntuples(result)
            found.reserveCapacity(Int(count))
            for row in 0..<count { found.append(read(Record(calls: calls, result: result, row: row))) }
        }
        return found
    }

    /// Runs `body` as one: all it does is kept, or nothing of it when it throws.
    ///
    /// When the connection is lost at the very end, nobody knows which: then the error is `unreachable`.
    @discardableResult
    public func transaction<Result>(_ body: () throws(PostgreSQLError) -> Result) throws(PostgreSQLError) -> Result {
        try run("BEGIN")
        do throws(PostgreSQLError) {
            let result = try body()
            try run("COMMIT")
            return result
        } catch {
            if calls.PQtransactionStatus(connection) != PQTRANS_IDLE { _ = try? run("ROLLBACK") }
            throw error
        }
    }

    private func answer(_ sql: String, _ values: [Parameter]) throws(PostgreSQLError) -> OpaquePointer? {
        let name: String
        if let known = prepared[sql] {
            name = known
        } else {
            name = "s\(prepared.count)"
            try finish(calls.PQprepare(connection, name, sql, 0, nil)) { _ in }
            prepared[sql] = name
        }
        let addresses = values.map { value in value.words.flatMap { $0.withCString { strdup($0) } } }
        defer { for address in addresses { free(address) } }
        return calls.PQexecPrepared(
            connection, name, Int32(values.count), addresses.map { UnsafePointer($0) }, nil, nil, 0)
    }

    /// Lends an answer that is none of an error, and frees it.
    private func finish(_ result: OpaquePointer?, _ body: (OpaquePointer) -> Void) throws(PostgreSQLError) {
        guard let result else { throw PostgreSQLError(.unreachable, Self.words(calls.PQerrorMessage(connection))) }
        defer { calls.PQclear(result) }
        switch calls.PQresultStatus(result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: body(result)
        default:
            // 67 is 'C', PG_DIAG_SQLSTATE; 77 is 'M', PG_DIAG_MESSAGE_PRIMARY.
            let state = Self.words(calls.PQresultErrorField(result, 67))
            let words = Self.words(calls.PQresultErrorField(result, 77))
            guard isConnected, !state.isEmpty else {
                throw PostgreSQLError(.unreachable, Self.words(calls.PQerrorMessage(connection)))
            }
            throw PostgreSQLError(state: state, message: words)
        }
    }
}
