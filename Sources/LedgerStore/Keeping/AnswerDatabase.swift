public import Balancer
public import Ledger
public import Logging

/// The answers of `/v1/responses` in a PostgreSQL database, beside the ledger's tables and apart from them: in a session of its own, so
/// that no key waits for somebody's words.
///
/// Opened with the first question, and after a failure with the next one. An actor on a thread of its own, since libpq's calls block.
public actor AnswerDatabase: AnswerStore {
    /// How much all gateways keep there together; the oldest go first.
    struct Limits {
        var count: Int64 = 100_000
        var bytes: Int64 = 1 << 30
        /// No more than these are forgotten at a time: nobody finds an answer meanwhile, and the server ends what takes seconds.
        var portion: Int64 = 5_000
    }

    private nonisolated let thread = StoreThread()
    /// The actor's own thread.
    public nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    /// How long what is over, or too much, may stay.
    private static let tidying: Int64 = 60_000_000

    /// A question that failed after so long is followed by a rest, in which all others fail at once: else each of those that wait behind it would
    /// wait as long for a server that says nothing.
    private static let long = Duration.milliseconds(500)
    private static let rest = Duration.seconds(1)

    /// How long a database that is another program's is not asked again.
    private static let foreignRest = Duration.seconds(60)

    private let address: String
    private let limits: Limits
    private let time: TimeSource
    private let logger: Logger?
    private var failed: (error: StoreError, until: Moment)?
    private var tables: KeptTables<PostgreSQLDatabase>?
    /// When this gateway last forgot what is over.
    private var tidied = WallTime(microseconds: .min)
    /// That it could not was said.
    private var isCrowded = false
    /// Bytes that it has written since.
    private var written: Int64 = 0

    /// - Parameters:
    ///   - address: `postgres://user:password@host:port/database?sslmode=…`, or libpq's own words.
    ///   - time: the clock.
    ///   - logger: told once that what is over cannot be forgotten there.
    public init(_ address: String, time: TimeSource, logger: Logger) {
        self.init(address, Limits(), time: time, logger: logger)
    }

    init(_ address: String, _ limits: Limits = Limits(), time: TimeSource = .live, logger: Logger? = nil) {
        (self.address, self.limits, self.time, self.logger) = (address, limits, time, logger)
    }

    /// Finds out whether the database can be used. There is nothing that a gateway has to read before it is asked for.
    public func read(at now: WallTime) throws(StoreError) -> KeptRows {
        try using { (_) throws(StoreError) in KeptRows() }
    }

    /// Carries out changes, and now and then forgets what is over and what there is no room for.
    public func write(_ changes: KeptChanges, at now: WallTime) throws(StoreError) {
        try using { (tables) throws(StoreError) in try write(changes, to: tables, at: now) }
    }

    private func write(
        _ changes: KeptChanges, to tables: KeptTables<PostgreSQLDatabase>, at now: WallTime
    ) throws(StoreError) {
        try tables.database.change { () throws(StoreError) in try tables.writeAnswers(of: changes) }
        written += changes.answers.reduce(0) { $0 + Int64($1.object.count + $1.items.count + $1.pieces.count) }
        // A clock that was set back does not keep it from that.
        let since = now.microseconds.subtractingReportingOverflow(tidied.microseconds)
        let isDue = since.overflow || since.partialValue >= Self.tidying || since.partialValue < 0
        guard isDue || written > limits.bytes / 16 else { return }
        (tidied, written) = (now, 0)
        // What is written stays so where the tidying fails: it is done again in a minute.
        do throws(StoreError) {
            if try tidy(tables, at: now) { tidied = WallTime(microseconds: .min) }
            isCrowded = false
        } catch {
            if !isCrowded {
                logger?.warning(
                    "responses that are over, or too many, stay in their database for now",
                    metadata: ["error": "\(error.message)"])
            }
            isCrowded = true
        }
    }

    /// How large those are that are there: asked in one question, however many they are.
    public func sizes(
        of names: [KeptAnswer.Name], at now: WallTime
    ) throws(StoreError) -> [KeptAnswer.Name: Int] {
        try using { (tables) throws(StoreError) in
            var sizes: [KeptAnswer.Name: Int] = [:]
            for (owner, names) in Dictionary(grouping: names, by: \.owner) {
                for (id, size) in try tables.sizes(of: names.map(\.id), owner: owner, at: now) {
                    sizes[KeptAnswer.Name(owner: owner, id: id)] = size
                }
            }
            return sizes
        }
    }

    /// Those that are there.
    public func find(_ names: [KeptAnswer.Name], at now: WallTime) throws(StoreError) -> [KeptAnswer] {
        try using { (tables) throws(StoreError) in
            var found: [KeptAnswer] = []
            for name in names {
                if let answer = try tables.find(name, at: now) { found.append(answer) }
            }
            return found
        }
    }

    /// Forgets one.
    public func remove(_ name: KeptAnswer.Name, at now: WallTime) throws(StoreError) -> Bool {
        try using { (tables) throws(StoreError) in try tables.forget(name, at: now) }
    }

    /// One gateway at a time: two would wait for each other's rows.
    /// - Returns: whether there may be more, to be forgotten with the next write.
    private func tidy(_ tables: KeptTables<PostgreSQLDatabase>, at now: WallTime) throws(StoreError) -> Bool {
        let database = tables.database
        var forgotten = 0
        try database.change { () throws(StoreError) in
            guard try database.holdsTidying() else { return }
            forgotten = try tables.forgetOver(at: now, most: limits.portion)
        }
        guard forgotten < limits.portion else { return true }
        // By itself: it reads all, and may take too long for the server.
        try database.change { () throws(StoreError) in
            guard try database.holdsTidying() else { return }
            forgotten = try database.run(
                """
                DELETE FROM answers WHERE (owner, id) IN (
                    SELECT owner, id FROM (
                        SELECT owner, id, row_number() OVER latest AS place,
                        sum(\(KeptTables<PostgreSQLDatabase>.size)) OVER latest AS bytes FROM answers
                        WINDOW latest AS (ORDER BY until DESC, owner, id ROWS UNBOUNDED PRECEDING)) AS ranked
                    WHERE place > ? OR bytes > ? LIMIT ?)
                """, [.integer(limits.count), .integer(limits.bytes), .integer(limits.portion)])
        }
        return forgotten >= limits.portion
    }

    private func using<Result>(
        _ body: (KeptTables<PostgreSQLDatabase>) throws(StoreError) -> Result
    ) throws(StoreError) -> Result {
        let start = time.now()
        if let failed, start < failed.until { throw failed.error }
        do throws(StoreError) {
            let result = try body(try reached())
            failed = nil
            return result
        } catch {
            let end = time.now()
            if error.reason == .foreign {
                failed = (error, end + Self.foreignRest)
            } else if end - start >= Self.long {
                failed = (error, end + Self.rest)
            }
            throw error
        }
    }

    private func reached() throws(StoreError) -> KeptTables<PostgreSQLDatabase> {
        if let tables { return tables }
        let made = KeptTables(database: try PostgreSQLDatabase(address, for: .answers))
        tables = made
        return made
    }
}
