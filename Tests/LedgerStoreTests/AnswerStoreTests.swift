import Balancer
import Ledger
import Locking
import PostgreSQL
import Testing

@testable import LedgerStore

/// Kept answers, the same in a file and in a database: the suite runs on the one that is there (``Scratch/server``).
@Suite struct AnswerStoreTests {
    let scratch = Scratch()
    private let start = WallTime.at(day: 20_000)

    private func answer(
        _ id: String, owner: String = "user:ann", until second: Int64 = 100, size: Int = 10
    ) -> KeptAnswer {
        KeptAnswer(
            name: KeptAnswer.Name(owner: owner, id: id), object: Array(repeating: 0, count: size),
            items: Array("\(id)'; DROP TABLE answers; --".utf8), pieces: [1, 0, 255], confinement: 5,
            until: .at(day: 20_000, second: second))
    }

    private func changes(_ answers: [KeptAnswer] = [], forgetting forgotten: [KeptAnswer.Name] = []) -> KeptChanges {
        var changes = KeptChanges()
        (changes.answers, changes.forgotten) = (answers, forgotten)
        return changes
    }

    private func store() throws -> any KeptStore {
        guard let address = try scratch.serverAddress() else { return KeptFile(path: scratch.book) }
        return AnswerDatabase(address)
    }

    /// Those of these that a gateway which begins now would give.
    private func found(_ answers: [KeptAnswer], in store: any KeptStore, at now: WallTime) async throws -> [KeptAnswer]
    {
        if let database = store as? any AnswerStore { return try await database.find(answers.map(\.name), at: now) }
        let rows = try await store.read(at: now).answers
        return answers.compactMap { wanted in rows.first { $0.name == wanted.name } }
    }

    @Test func `what is written is found as it was, by its owner and id`() async throws {
        let rows = [answer("b", until: 2), answer("a", until: 3), answer("a", owner: "master", until: 1)]
        let store = try store()
        #expect(try await found(rows, in: store, at: start).isEmpty)
        try await store.write(changes(rows), at: start)
        // The same again is the same.
        try await store.write(changes(rows), at: start)
        #expect(try await found(rows, in: store, at: start) == rows)
        if let database = store as? any AnswerStore {
            let sizes = try await database.sizes(of: rows.map(\.name) + [answer("c").name], at: start)
            #expect(sizes == Dictionary(uniqueKeysWithValues: rows.map { ($0.name, 10 + $0.items.count + 3) }))
        }
        #expect(try await found([answer("b", owner: "master")], in: store, at: start).isEmpty)
        let other = answer("a", until: 9, size: 4)
        try await store.write(changes([other], forgetting: [rows[0].name, rows[2].name]), at: start)
        #expect(try await found(rows, in: store, at: start) == [other])
    }

    @Test func `what is over is not found, and gone a while later`() async throws {
        let store = try store()
        let rows = [answer("a", until: 5), answer("b", until: 90)]
        try await store.write(changes(rows), at: start)
        #expect(try await found(rows, in: store, at: .at(day: 20_000, second: 5)) == [rows[1]])
        try await store.write(changes(), at: .at(day: 20_000, second: 61))
        #expect(try await found(rows, in: store, at: start) == [rows[1]])
    }
}

/// What a database does that several gateways have.
@Suite(.enabled(if: !Scratch.isSQLite, "run by scripts/with-postgresql")) struct AnswerDatabaseTests {
    let scratch = Scratch()
    private let start = WallTime.at(day: 20_000)

    private func answer(_ id: String, until second: Int64 = 100, size: Int = 10) -> KeptAnswer {
        KeptAnswer(
            name: KeptAnswer.Name(owner: "master", id: id), object: Array(repeating: 0x20, count: size), items: [],
            confinement: 0, until: .at(day: 20_000, second: second))
    }

    private func changes(_ answers: [KeptAnswer]) -> KeptChanges {
        var changes = KeptChanges()
        changes.answers = answers
        return changes
    }

    private func ids(_ database: AnswerDatabase, _ answers: [KeptAnswer]) async throws -> [String] {
        try await database.find(answers.map(\.name), at: start).map(\.name.id)
    }

    @Test func `several gateways begin at once, and each finds what the others have written and forgets it`()
        async throws
    {
        let address = try #require(try scratch.serverAddress())
        let gateways = (0..<4).map { _ in AnswerDatabase(address) }
        let rows = gateways.indices.map { answer("\($0)") }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for (number, gateway) in gateways.enumerated() {
                group.addTask { [start] in
                    // The schema itself may be made by two at once, of which one tries again.
                    do { _ = try await gateway.read(at: start) } catch { _ = try await gateway.read(at: start) }
                    try await gateway.write(self.changes([rows[number]]), at: start)
                }
            }
            try await group.waitForAll()
        }
        for gateway in gateways { #expect(try await ids(gateway, rows) == ["0", "1", "2", "3"]) }
        #expect(try await gateways[0].remove(rows[3].name, at: start))
        #expect(try await !gateways[1].remove(rows[3].name, at: start))
        #expect(try await ids(gateways[3], rows) == ["0", "1", "2"])
        // One that is over is as if it were not there.
        #expect(try await !gateways[2].remove(rows[0].name, at: .at(day: 20_000, second: 100)))
    }

    @Test func `it stands beside a ledger that has the database to itself`() async throws {
        let address = try #require(try scratch.serverAddress())
        let ledger = try PostgreSQLStore(address)
        _ = try await ledger.load()
        let database = AnswerDatabase(address)
        try await database.write(changes([answer("a")]), at: start)
        #expect(try await ids(database, [answer("a")]) == ["a"])
        _ = try await ledger.load()
    }

    @Test func `the oldest go where there are too many, in number or in bytes`() async throws {
        let address = try #require(try scratch.serverAddress())
        let rows = (1...6).map { answer("\($0)", until: 50 + Int64($0), size: 1_000) }
        let few = AnswerDatabase(address, AnswerDatabase.Limits(count: 4, bytes: 1 << 20))
        try await few.write(changes(rows), at: start)
        #expect(try await ids(few, rows) == ["3", "4", "5", "6"])
        // At once, where much was written since it last looked.
        let small = AnswerDatabase(address, AnswerDatabase.Limits(count: 100, bytes: 2_500))
        try await small.write(changes([]), at: start)
        #expect(try await ids(small, rows) == ["5", "6"])
        try await small.write(changes([answer("7", until: 99, size: 2_000)]), at: start)
        #expect(try await ids(small, rows + [answer("7")]) == ["7"])
    }

    @Test func `what is over and what is too much goes in portions, each time that something is written`() async throws
    {
        let address = try #require(try scratch.serverAddress())
        let limits = AnswerDatabase.Limits(count: 3, bytes: 1 << 20, portion: 2)
        let rows =
            (1...5).map { answer("over-\($0)", until: 10) } + (1...6).map { answer("\($0)", until: 50 + Int64($0)) }
        try await AnswerDatabase(address).write(changes(rows), at: start)
        let database = AnswerDatabase(address, limits)
        var left: [Int] = []
        for _ in 0..<5 {
            try await database.write(changes([]), at: .at(day: 20_000, second: 20))
            left.append(try await ids(database, rows).count)
        }
        #expect(left == [9, 7, 4, 3, 3])
        #expect(try await ids(database, rows) == ["4", "5", "6"])
    }

    @Test func `a session that is lost is made anew, and LiteLLM's database is not written`() async throws {
        let address = try #require(try scratch.serverAddress())
        let database = AnswerDatabase(address)
        try await database.write(changes([answer("a")]), at: start)
        try Session(address).execute(
            script:
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = current_database()"
        )
        await #expect(throws: StoreError.self) { try await ids(database, [answer("a")]) }
        #expect(try await ids(database, [answer("a")]) == ["a"])
        let foreign = Scratch()
        let other = try #require(try foreign.serverAddress())
        try Session(other).execute(script: "CREATE TABLE \"LiteLLM_VerificationToken\"(token TEXT)")
        await #expect { try await AnswerDatabase(other).read(at: start) } throws: {
            ($0 as? StoreError)?.reason == .foreign
        }
        #expect(
            try Session(other).rows("SELECT 1::TEXT FROM pg_namespace WHERE nspname = 'drover'") { $0.text(0) } == [])
    }

    @Test func `one of a newer release is left alone`() async throws {
        let address = try #require(try scratch.serverAddress())
        try await AnswerDatabase(address).write(changes([answer("a")]), at: start)
        try Session(address).execute(script: "INSERT INTO drover.answers_version VALUES (99)")
        await #expect { try await AnswerDatabase(address).read(at: start) } throws: {
            ($0 as? StoreError)?.reason == .tooNew
        }
    }

    @Test func `a server that takes long to say no is left alone for a second, and asked again then`() async throws {
        let address = try #require(try scratch.serverAddress())
        let clock = Locked((now: Int64(0), step: Int64(600_000_000)))
        let time = TimeSource(
            now: {
                clock.withLock { clock in
                    clock.now += clock.step
                    return Moment(nanoseconds: clock.now)
                }
            }, sleep: { _ in }, unixSeconds: { 0 })
        let database = AnswerDatabase("\(address)_late", time: time)
        await #expect(throws: StoreError.self) { try await database.read(at: start) }
        clock.withLock { $0.step = 0 }
        try Session(address).execute(script: "CREATE DATABASE \(address.split(separator: "/").last ?? "")_late")
        await #expect(throws: StoreError.self) { try await database.read(at: start) }
        clock.withLock { $0.now += 1_000_000_000 }
        #expect(try await database.read(at: start) == KeptRows())
    }

    @Test func `another program's database is not asked again for a minute, and what is written counts whole`()
        async throws
    {
        let address = try #require(try scratch.serverAddress())
        let clock = Locked(Int64(0))
        let time = TimeSource(
            now: { Moment(nanoseconds: clock.withLock { $0 }) }, sleep: { _ in }, unixSeconds: { 0 })
        try Session(address).execute(script: "CREATE TABLE \"LiteLLM_VerificationToken\"(token TEXT)")
        let database = AnswerDatabase(address, AnswerDatabase.Limits(count: 100, bytes: 2_500), time: time)
        await #expect(throws: StoreError.self) { try await database.read(at: start) }
        try Session(address).execute(script: "DROP TABLE \"LiteLLM_VerificationToken\"")
        await #expect(throws: StoreError.self) { try await ids(database, [answer("a")]) }
        clock.withLock { $0 = 60_000_000_000 }
        #expect(try await ids(database, [answer("a")]) == [])
        // The pieces are the larger part of these.
        let rows = (1...3).map { number in
            KeptAnswer(
                name: answer("\(number)").name, object: [0x20], items: [], pieces: Array(repeating: 1, count: 1_000),
                confinement: 0, until: .at(day: 20_000, second: 50 + Int64(number)))
        }
        try await database.write(changes(rows), at: start)
        #expect(try await ids(database, rows) == ["2", "3"])
    }
}
