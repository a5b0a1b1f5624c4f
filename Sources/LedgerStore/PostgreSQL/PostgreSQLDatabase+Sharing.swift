import PostgreSQL

/// A gateway's place among those of its ledger, by a lock of its session: the server takes it away when the process is gone.
extension PostgreSQLDatabase: SharedDatabase {
    var shared: (any SharedDatabase)? { self }
    var isSole: Bool { standing == .sole }

    /// Takes the lock alone, or with the others that have it together; the only one is asked to let others in.
    func claim(_ session: Session) throws(StoreError) {
        if standing != .shared, try holds(session, "pg_try_advisory_lock") {
            // After a restart of the server the first one back is not alone.
            guard try hasOthers(session) else { return standing = .sole }
            try hold(session, "SELECT pg_advisory_lock_shared(\(Self.lock))::TEXT")
            try hold(session, "SELECT pg_advisory_unlock(\(Self.lock))::TEXT")
        } else if try !holds(session, "pg_try_advisory_lock_shared") {
            try announce(session)
            do throws(StoreError) {
                try hold(session, "SELECT pg_advisory_lock_shared(\(Self.lock))::TEXT")
            } catch {
                throw error.reason == .locked ? claimed : error
            }
        }
        standing = .shared
    }

    func share() throws(StoreError) {
        try run("SELECT pg_advisory_lock_shared(\(Self.lock))::TEXT", [])
        try run("SELECT pg_advisory_unlock(\(Self.lock))::TEXT", [])
        standing = .shared
    }

    func endSharing() throws(StoreError) -> Bool {
        guard try rows("SELECT pg_try_advisory_lock(\(Self.lock))::TEXT", [], { $0.text(0) }) == ["true"] else {
            return false
        }
        standing = .sole
        try run("SELECT pg_advisory_unlock_shared(\(Self.lock))::TEXT", [])
        return true
    }

    func lockBatches() throws(StoreError) { try run("SELECT pg_advisory_xact_lock(\(Self.lock + 1))::TEXT", []) }

    /// Whether this session has the lock, as it is asked for.
    private func holds(_ session: Session, _ function: StaticString) throws(StoreError) -> Bool {
        try told { () throws(PostgreSQLError) in
            try session.rows("SELECT \(function)(\(Self.lock))::TEXT", []) { $0.text(0) == "true" }
        } == [true]
    }

    private func hold(_ session: Session, _ sql: String) throws(StoreError) {
        _ = try told { () throws(PostgreSQLError) in try session.rows(sql, []) { $0.isNull(0) } }
    }

    /// Whether other gateways have shared the ledger within a day, and have not ended in good order: they may have spent what
    /// was promised to them.
    private func hasOthers(_ session: Session) throws(StoreError) -> Bool {
        guard try hasTable(session) else { return false }
        return try told { () throws(PostgreSQLError) in
            try session.rows(
                "SELECT id FROM gateways WHERE state = 'shared' AND at > \(ShareClock.ago(seconds: 86_400))", []
            ) { $0.integer(0) }
        } != []
    }

    /// Says that a gateway waits to begin.
    private func announce(_ session: Session) throws(StoreError) {
        // An older release knows of no others.
        guard try hasTable(session) else { throw claimed }
        _ = try told { () throws(PostgreSQLError) in
            try session.run(
                """
                INSERT INTO gateways(id, state, said, at, fits) VALUES (0, 'waiting', 0, \(ShareClock.now), '')
                ON CONFLICT(id) DO UPDATE SET at = excluded.at
                """)
        }
    }

    private func hasTable(_ session: Session) throws(StoreError) -> Bool {
        try told { () throws(PostgreSQLError) in
            try session.rows("SELECT to_regclass('drover.gateways')::TEXT", []) { $0.isNull(0) }
        } == [false]
    }

    private var claimed: StoreError {
        StoreError(
            .claimed,
            "\(server): another gateway keeps its ledger in this database and does not let others in: end it, or name another "
                + "one in drover.store")
    }
}
