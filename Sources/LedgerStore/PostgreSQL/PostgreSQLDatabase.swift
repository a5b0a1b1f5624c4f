import PostgreSQL

/// A PostgreSQL server as the ledger's tables see it: one session, that is made anew when it was lost.
///
/// A class since the session changes; its store's thread alone uses it.
final class PostgreSQLDatabase: Database {
    static let dialect = Dialect(
        merge: "SELECT (CAST(? AS JSONB) || CAST(? AS JSONB))::TEXT", rowOrder: "1",
        now: "CAST(extract(epoch FROM now()) AS BIGINT) * 1000000")
    /// The tables' place in the database, so that those of other programs are left alone.
    private static let schema = "drover"
    /// The number of the lock that a gateway holds as long as it has the ledger: "drover" in ASCII. The only one holds it
    /// alone, several hold it together.
    static let lock: Int64 = 0x6472_6f76_6572

    /// Which of our tables it is opened for.
    struct Purpose {
        let steps: [String]
        /// The table that says how many of the steps are made.
        let version: StaticString
        /// Whether the session is a gateway's place in the ledger; one that is none ends soon what takes long.
        let isLedger: Bool

        static let ledger = Purpose(steps: Schema.serverSteps, version: "version", isLedger: true)
        static let answers = Purpose(steps: KeptSchema.serverSteps, version: "answers_version", isLedger: false)
    }

    private let purpose: Purpose
    private let address: String
    /// The address without its password, for an operator.
    let server: String
    private var session: Session?
    /// Whether this is the only gateway; nil: it has not begun.
    var standing: Standing?

    enum Standing {
        case sole, shared
    }

    /// Statements with PostgreSQL's marks for parameters, by those with `?`.
    private var marked: [String: String] = [:]

    /// Connects, and brings older tables to the present schema.
    init(_ address: String, for purpose: Purpose = .ledger) throws(StoreError) {
        (self.address, self.purpose) = (address, purpose)
        server = Self.withoutPassword(address)
        try run("SELECT 1", [])
        try migrate()
    }

    @discardableResult
    func run(_ sql: String, _ values: [Cell]) throws(StoreError) -> Int {
        let (session, text) = (try reached(), mark(sql))
        return try told { () throws(PostgreSQLError) in try session.run(text, values.map(\.parameter)) }
    }

    func rows<Element>(_ sql: String, _ values: [Cell], _ read: (Record) -> Element) throws(StoreError) -> [Element] {
        let (session, text) = (try reached(), mark(sql))
        return try told { () throws(PostgreSQLError) in try session.rows(text, values.map(\.parameter), read) }
    }

    func change(_ body: () throws(StoreError) -> Void) throws(StoreError) { try transaction("BEGIN", body) }

    /// Nobody waits for one that only reads, and between two of its questions a million rows may have to be made sense of: so it
    /// is not ended for idling as one that writes.
    func snapshot(_ body: () throws(StoreError) -> Void) throws(StoreError) {
        try transaction("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY") { () throws(StoreError) in
            try run("SET LOCAL idle_in_transaction_session_timeout = '10min'", [])
            try body()
        }
    }

    /// A session that is lost within takes the transaction with it: its error ends `body`, so that nothing more of it runs in
    /// another session.
    private func transaction(_ begin: String, _ body: () throws(StoreError) -> Void) throws(StoreError) {
        try run(begin, [])
        do throws(StoreError) {
            try body()
            try run("COMMIT", [])
        } catch {
            _ = try? session?.run("ROLLBACK")
            throw error
        }
    }

    /// The session; made anew where there is none.
    private func reached() throws(StoreError) -> Session {
        if let session { return session }
        let made = try told { () throws(PostgreSQLError) in try Session(address) }
        guard try told({ () throws(PostgreSQLError) in try Self.isFree(made) }) else {
            throw StoreError(
                .foreign,
                "\(server): this is LiteLLM's database, and nothing was written there: name another one in drover.store (CREATE "
                    + "DATABASE drover). Its keys, budgets and spend are taken over by `drover import-litellm`"
            )
        }
        try told { () throws(PostgreSQLError) in
            try made.execute(
                script: """
                    SET search_path = \(Self.schema); SET client_min_messages = error; SET synchronous_commit = on;
                    SET lock_timeout = '2s'; SET idle_in_transaction_session_timeout = '10s';
                    SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 3
                    """)
        }
        if purpose.isLedger {
            try claim(made)
        } else {
            try told { () throws(PostgreSQLError) in try made.execute(script: "SET statement_timeout = '5s'") }
        }
        try told { () throws(PostgreSQLError) in
            try made.execute(script: "CREATE SCHEMA IF NOT EXISTS \(Self.schema)")
        }
        session = made
        return made
    }

    /// Whether a ledger is there already, or no tables of LiteLLM are: its database is not written by surprise.
    private static func isFree(_ session: Session) throws(PostgreSQLError) -> Bool {
        try session.rows(
            """
            SELECT 1::TEXT FROM pg_catalog.pg_tables WHERE tablename = 'LiteLLM_VerificationToken' AND NOT EXISTS (
                SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = '\(schema)' AND tablename = 'version')
            """, []
        ) { $0.isNull(0) }.isEmpty
    }

    /// One that is lost is of no more use.
    func told<Result>(_ body: () throws(PostgreSQLError) -> Result) throws(StoreError) -> Result {
        do throws(PostgreSQLError) {
            return try body()
        } catch {
            if session?.isConnected == false { session = nil }
            throw StoreError(error, server: server)
        }
    }

    private func mark(_ sql: String) -> String {
        if let known = marked[sql] { return known }
        var text = ""
        var number = 0
        for character in sql {
            if character == "?" {
                number += 1
                text += "$\(number)"
            } else {
                text.append(character)
            }
        }
        marked[sql] = text
        return text
    }

    /// For a log: user, host and database. Every character may stand in a password that was not encoded, so its end is the
    /// last `@`; where that may be one of an option, the host is left out too.
    static func withoutPassword(_ address: String) -> String {
        guard let scheme = ["postgres://", "postgresql://"].first(where: address.hasPrefix) else { return "PostgreSQL" }
        let rest = address.dropFirst(scheme.count)
        guard let at = rest.lastIndex(of: "@") else { return "postgres://\(rest.prefix { $0 != "?" })" }
        let user = rest.prefix { !":@/?".contains($0) }
        if rest[..<at].drop(while: { $0 != "?" }).contains("=") { return "postgres://\(user)" }
        return "postgres://\(user)\(rest[at...].prefix { $0 != "?" })"
    }
}

/// The schema, by the steps of `Schema`.
extension PostgreSQLDatabase {
    private func migrate() throws(StoreError) {
        try change { () throws(StoreError) in
            // Those of a ledger come one after the other already; of two others one would find half of it made.
            if !purpose.isLedger { try run("SELECT pg_advisory_xact_lock(\(Self.lock + 2))::TEXT", []) }
            try run("CREATE TABLE IF NOT EXISTS \(purpose.version)(number BIGINT NOT NULL)", [])
        }
        let version = try rows("SELECT number FROM \(purpose.version)", []) { $0.integer(0) }.max() ?? 0
        guard version <= purpose.steps.count else {
            throw StoreError(
                .tooNew,
                "\(server) was written by a newer release (schema \(version), this one knows \(purpose.steps.count)): start that "
                    + "release, or name another database in drover.store")
        }
        for (index, step) in purpose.steps.enumerated() where index >= version {
            try change { () throws(StoreError) in
                if !purpose.isLedger {
                    try run("SELECT pg_advisory_xact_lock(\(Self.lock + 2))::TEXT", [])
                    let made = try rows("SELECT number FROM \(purpose.version)", []) { $0.integer(0) }.max() ?? 0
                    guard made <= index else { return }
                }
                try execute(script: Self.translated(step))
                try run("INSERT INTO \(purpose.version) VALUES (?)", [.integer(Int64(index + 1))])
            }
        }
    }

    /// Whether this session is the one that forgets what is over, until the end of its transaction.
    func holdsTidying() throws(StoreError) -> Bool {
        try rows("SELECT pg_try_advisory_xact_lock(\(Self.lock + 3))::TEXT", []) { $0.text(0) } == ["true"]
    }

    private func execute(script: String) throws(StoreError) {
        let session = try reached()
        try told { () throws(PostgreSQLError) in try session.execute(script: script) }
    }

    /// SQLite's words in PostgreSQL's.
    static func translated(_ script: String) -> String {
        var text = script
        for (words, others) in [
            ("INTEGER PRIMARY KEY", "BIGINT GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY"), ("INTEGER", "BIGINT"),
            ("BLOB", "BYTEA"), (") STRICT, WITHOUT ROWID;", ");"), (") STRICT;", ");"),
        ] {
            text = text.split(separator: words, omittingEmptySubsequences: false).joined(separator: others)
        }
        return text
    }
}

extension Record: RowCells {}

extension Cell {
    fileprivate var parameter: Parameter {
        switch self {
        case .null: .null
        case .integer(let number): .integer(number)
        case .text(let text): .text(text)
        case .blob(let bytes): .bytes(bytes)
        }
    }
}
