public import Ledger

/// The answers of `/v1/responses` in a PostgreSQL database, beside the ledger's tables and apart from them: in a session of its own, so
/// that no key waits for somebody's words.
///
/// Opened with the first question, and after a failure with the next one. An actor on a thread of its own, since libpq's calls block.
public actor AnswerDatabase: AnswerStore {
    /// How much all gateways keep there together; the oldest go first.
    struct Limits {
        var count: Int64 = 100_000
        var bytes: Int64 = 1 << 30
    }

    private nonisolated let thread = StoreThread()
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// How long what is over, or too much, may stay.
    private static let tidying: Int64 = 60_000_000

    private let address: String
    private let limits: Limits
    private var tables: KeptTables<PostgreSQLDatabase>?
    /// When this gateway last forgot what is over.
    private var tidied = WallTime(microseconds: .min)
    /// Bytes that it has written since.
    private var written: Int64 = 0

    /// - Parameter address: `postgres://user:password@host:port/database?sslmode=…`, or libpq's own words.
    public init(_ address: String) { self.init(address, Limits()) }

    init(_ address: String, _ limits: Limits) { (self.address, self.limits) = (address, limits) }

    /// Finds out whether the database can be used. There is nothing that a gateway has to read before it is asked for.
    public func read(at now: WallTime) throws(StoreError) -> KeptRows {
        _ = try reached()
        return KeptRows()
    }

    /// Carries out changes, and now and then forgets what is over and what there is no room for.
    public func write(_ changes: KeptChanges, at now: WallTime) throws(StoreError) {
        let tables = try reached()
        try tables.database.change { () throws(StoreError) in try tables.writeAnswers(of: changes) }
        written += changes.answers.reduce(0) { $0 + Int64($1.object.count + $1.items.count) }
        // A clock that was set back does not keep it from that.
        let since = now.microseconds.subtractingReportingOverflow(tidied.microseconds)
        let isDue = since.overflow || since.partialValue >= Self.tidying || since.partialValue < 0
        guard isDue || written > limits.bytes / 16 else { return }
        try tidy(tables, at: now)
        (tidied, written) = (now, 0)
    }

    /// Those that are there.
    public func find(_ names: [KeptAnswer.Name], at now: WallTime) throws(StoreError) -> [KeptAnswer] {
        let tables = try reached()
        var found: [KeptAnswer] = []
        for name in names {
            if let answer = try tables.find(name, at: now) { found.append(answer) }
        }
        return found
    }

    /// Forgets one.
    public func remove(_ name: KeptAnswer.Name, at now: WallTime) throws(StoreError) -> Bool {
        try reached().forget(name, at: now)
    }

    /// One gateway at a time: two would wait for each other's rows.
    private func tidy(_ tables: KeptTables<PostgreSQLDatabase>, at now: WallTime) throws(StoreError) {
        let database = tables.database
        try database.change { () throws(StoreError) in
            guard try database.holdsTidying() else { return }
            try tables.forgetOver(at: now)
            try database.run(
                """
                DELETE FROM answers WHERE (owner, id) IN (
                    SELECT owner, id FROM (
                        SELECT owner, id, row_number() OVER latest AS place,
                        sum(octet_length(object) + octet_length(items)) OVER latest AS bytes FROM answers
                        WINDOW latest AS (ORDER BY until DESC, owner, id ROWS UNBOUNDED PRECEDING)) AS ranked
                    WHERE place > ? OR bytes > ?)
                """, [.integer(limits.count), .integer(limits.bytes)])
        }
    }

    private func reached() throws(StoreError) -> KeptTables<PostgreSQLDatabase> {
        if let tables { return tables }
        let made = KeptTables(database: try PostgreSQLDatabase(address, for: .answers))
        tables = made
        return made
    }
}
