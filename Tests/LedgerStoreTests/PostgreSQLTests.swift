import Ledger
import Logging
import PostgreSQL
import TestSupport
import Testing

@testable import LedgerStore

/// What only a server can do: be away, lose a session, have two gateways.
@Suite(.enabled(if: !Scratch.isSQLite, "run by scripts/with-postgresql")) struct PostgreSQLTests {
    let server = Scratch.server ?? ""
    let name = "test_\(UInt64.random(in: .min ... .max))"

    init() throws { try Session("\(server)/postgres").execute(script: "CREATE DATABASE \(name)") }

    var address: String { "\(server)/\(name)" }

    /// Ends all sessions of this test's database but its own.
    func loseSessions() throws {
        _ = try Session(address).rows(
            "SELECT pg_terminate_backend(pid)::TEXT FROM pg_stat_activity WHERE datname = $1 AND pid <> pg_backend_pid()",
            [.text(name)]
        ) { $0.text(0) }
    }

    @Test func `a session that is lost is told, and made anew with the next question`() async throws {
        let store = try PostgreSQLStore(address)
        let batch = LedgerBatch(1, entries: LedgerEntry.many(5), sums: [.of(.global, day: 5, 10)])
        try await store.write(batch)
        try loseSessions()
        let error = await #expect(throws: StoreError.self) { try await store.write(batch) }
        #expect(error?.reason == .noServer)
        try await store.write(batch)
        #expect(try await store.load().sums == batch.sums)
        #expect(try await store.count(EntryFilter()) == 5)
    }

    @Test func `two processes are not two budgets: a second gateway is refused while the first one lives`() async throws
    {
        do {
            let store = try PostgreSQLStore(address)
            try await store.write(LedgerBatch(1, sums: [.of(.global, day: 5, 10)]))
            let error = #expect(throws: StoreError.self) { try PostgreSQLStore(address) }
            #expect(error?.reason == .claimed && error?.message.contains("another gateway") == true)
        }
        #expect(try await PostgreSQLStore(address).load().sums == [.of(.global, day: 5, 10)])
    }

    @Test func `tables of other programs are left alone`() async throws {
        let other = try Session(address)
        try other.execute(script: "CREATE TABLE keys(mine TEXT); INSERT INTO keys VALUES ('a')")
        let store = try PostgreSQLStore(address)
        #expect(try await store.load() == LedgerImage())
        #expect(try other.rows("SELECT mine FROM public.keys", []) { $0.text(0) } == ["a"])
    }

    @Test func `LiteLLM's database is told, and nothing is written there`() async throws {
        let other = try Session(address)
        try other.execute(script: #"CREATE TABLE "LiteLLM_VerificationToken"(token TEXT PRIMARY KEY)"#)
        let store = OnDemandStore(.postgresql(address), .atStart)
        let error = await #expect(throws: StoreError.self) { try await store.load(time: ManualClock().source) }
        #expect(error?.reason == .foreign && error?.message.contains("import-litellm") == true)
        await #expect(throws: StoreError.self) { try await store.write(LedgerBatch(1)) }
        let schemas = "SELECT nspname::TEXT FROM pg_catalog.pg_namespace WHERE nspname = 'drover'"
        #expect(try other.rows(schemas, []) { $0.text(0) } == [])
        // One that has a ledger already goes on.
        try other.execute(script: #"ALTER TABLE "LiteLLM_VerificationToken" RENAME TO later"#)
        do { _ = try PostgreSQLStore(address) }
        try other.execute(script: #"ALTER TABLE later RENAME TO "LiteLLM_VerificationToken""#)
        #expect(try await PostgreSQLStore(address).load() == LedgerImage())
    }

    @Test func `a server that starts after the gateway is read then, and what was spent meanwhile is added`()
        async throws
    {
        let clock = ManualClock()
        do { try await PostgreSQLStore(address).write(LedgerBatch(1, sums: [.of(.global, day: 0, 10)])) }
        // The session above ends a moment later.
        while try !Session("\(server)/postgres").rows(
            "SELECT 1::TEXT FROM pg_stat_activity WHERE datname = $1", [.text(name)], { $0.text(0) }
        ).isEmpty { await Task.yield() }
        try Session("\(server)/postgres").execute(script: "ALTER DATABASE \(name) ALLOW_CONNECTIONS false")
        let store = ChosenStore([OnDemandStore(.postgresql(address), .atStart)])
        let error = await #expect(throws: StoreError.self) { try await store.load(time: clock.source) }
        #expect(error?.reason == .noServer)
        var state = LedgerState(origin: 9, at: .at(day: 20_000))
        state.isMissingStore = true
        let ledger = SpendLedger(state)
        let beginning = Task {
            await LateBeginning(
                ledger, from: store, time: clock.source, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            ).run()
        }
        _ = await clock.nextSleep()
        try Session("\(server)/postgres").execute(script: "ALTER DATABASE \(name) ALLOW_CONNECTIONS true")
        clock.advance(by: .milliseconds(500))
        await beginning.value
        #expect(!ledger.isMissingStore)
        #expect(ledger.image().sums.map(\.tally.money.picodollars) == [10])
        var batch = LedgerBatch(1, sums: [.of(.global, day: 0, 5)])
        batch.id.origin = 9
        try await store.write(batch)
        #expect(try await store.load().sums.map(\.tally.money.picodollars) == [15])
    }

    @Test func `a ledger of a newer release is refused`() async throws {
        do { _ = try PostgreSQLStore(address) }
        try Session(address).execute(script: "INSERT INTO drover.version VALUES (1000)")
        let error = #expect(throws: StoreError.self) { try PostgreSQLStore(address) }
        #expect(error?.reason == .tooNew)
    }

    @Test func `a text that PostgreSQL cannot hold does not stop the ledger`() async throws {
        let store = try PostgreSQLStore(address)
        var entry = LedgerEntry.many(1)[0]
        entry.customer = "a\u{0}b"
        try await store.write(LedgerBatch(1, entries: [entry]))
        #expect(
            try await store.entries(EntryFilter(), page: EntryPage(limit: 1)).map(\.entry.customer) == ["a\u{fffd}b"])
    }

    @Test func `a row of an older release has the defaults of what it lacks`() async throws {
        let stamps = Stamps(at: .at(day: 1), by: "root")
        var key = VirtualKey(hash: KeyHash("sk-1"), name: "sk-...", stamps: stamps)
        key.models = ["a"]
        do { try await PostgreSQLStore(address).apply([.putKey(key)], audit: []) }
        try Session(address).execute(
            script: "UPDATE drover.keys SET document = ((document::JSONB) - 'models' - 'localOnly')::TEXT")
        key.models = []
        #expect(try await PostgreSQLStore(address).load().keys == [key])
    }
}

/// Without a server.
@Suite struct PostgreSQLAbsenceTests {
    /// Passwords that were not encoded, beside those of libpq's own words.
    @Test(arguments: [
        "postgres://ann:ab%zz9@h/db", "postgres://ann:ab%zz9/x@h/db", "postgres://ann:ab/zz9@h/db",
        "postgres://ann:a?b@zz9@h/db", "postgres://ann:ab@zz9@h/db", "postgres://ann:ab@zz9/x@h/db",
        "postgres://h?password=a@zz9", "postgres://ann:12?b/zz9@h/db", "postgres://ann:ab?c/zz9@h/db",
        "postgres://ann:12/zz9@h/db", "postgres://ann:zz9", "postgresql://ann:ab?zz9=1@h/db", "mysql://ann:zz9@h/db",
        "host=h password=ab zz9", "host=h port=zz9", "postgres:/ann:zz9@h/db",
    ])
    func `an address that cannot be read stops the start, and nothing of it is told`(_ address: String) {
        for error in [
            #expect(throws: StoreError.self) { try PostgreSQLStore(address) },
            #expect(throws: StoreError.self) { try LiteLLMDump(database: address) },
        ] {
            #expect(error?.reason == .fault)
            #expect(
                error?.message == "the address cannot be read: expects postgres://USER:PASSWORD@HOST/DATABASE, special "
                    + "characters percent-encoded")
        }
    }

    @Test(arguments: [
        "postgres://ann:ab%40zz9@127.0.0.1:1/db?application_name=a@b", "postgres://ann:a:b#zz9@127.0.0.1:1/db",
        "host=127.0.0.1 port=1 user=ann password='zz9 ://zz9'", "postgres://127.0.0.1:1,127.0.0.1:1/db?password=zz9",
        "postgres://ann:ab?zz9@127.0.0.1:1/db", "postgres://127.0.0.1:1?password=a/zz9@b",
    ])
    func `one that can be read is tried, and its password is not told`(_ address: String) {
        let error = #expect(throws: StoreError.self) { try PostgreSQLStore(address) }
        #expect(error?.reason == .noServer && error?.message.contains("zz9") == false, "\(error?.message ?? "")")
    }

    @Test(arguments: [
        ("postgres://u:secret@h:5/db?sslmode=require", "postgres://u@h:5/db"), ("postgres://h/db", "postgres://h/db"),
        ("postgres://u:se@cret@h/db", "postgres://u@h/db"), ("postgres://u:se?cret@h/db", "postgres://u@h/db"),
        ("postgres://u:se/cret@h/db", "postgres://u@h/db"), ("postgres://u:se#cret@h/db", "postgres://u@h/db"),
        ("postgres://u:se:cret@h/db", "postgres://u@h/db"), ("postgres://u@h/db?password=secret", "postgres://u@h/db"),
        ("postgresql://u:p@h/db?options=a/b#c:d", "postgres://u@h/db"),
        // Either a password or an option.
        ("postgres://u@h/db?password=se@cret", "postgres://u"), ("postgres://u:se?c=ret@h/db", "postgres://u"),
        ("postgres://h/db?password=se@cret", "postgres://h"), ("host=h password=a://secret", "PostgreSQL"),
    ])
    func `no part of a password is shown`(_ address: String, _ shown: String) {
        #expect(PostgreSQLDatabase.withoutPassword(address) == shown)
    }

    @Test func `a server that is not there is told, without its password`() {
        let error = #expect(throws: StoreError.self) {
            try PostgreSQLStore("postgres://ann:secret@127.0.0.1:1/drover?sslmode=disable")
        }
        #expect(error?.reason == .noServer)
        #expect(error?.message.hasPrefix("postgres://ann@127.0.0.1:1/drover: ") == true)
        #expect(error?.message.contains("secret") == false)
    }
}
