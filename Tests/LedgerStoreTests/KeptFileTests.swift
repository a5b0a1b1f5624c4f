import Glibc
import Ledger
import SQLite
import Testing

@testable import LedgerStore

/// The file beside the ledger.
@Suite struct KeptFileTests {
    let scratch = Scratch()

    private func answer(
        _ id: String, owner: String = "user:ann", until second: Int64 = 100, size: Int = 10
    ) -> KeptAnswer {
        KeptAnswer(
            name: KeptAnswer.Name(owner: owner, id: id), object: Array(repeating: 0x7b, count: size),
            items: Array("\(id)'; DROP TABLE answers; --".utf8), confinement: 5, until: .at(day: 20_000, second: second)
        )
    }

    private func changes(_ answers: [KeptAnswer] = [], forgetting forgotten: [KeptAnswer.Name] = []) -> KeptChanges {
        var changes = KeptChanges()
        (changes.answers, changes.forgotten) = (answers, forgotten)
        return changes
    }

    private let start = WallTime.at(day: 20_000)

    /// An actor is gone a moment behind its last job, and with it its claim.
    private func patiently<Result>(_ body: () async throws -> Result) async throws -> Result {
        while true {
            do { return try await body() } catch let error as StoreError where error.reason == .claimed {
                await Task.yield()
            }
        }
    }

    @Test func `what is written is there for the next process, the oldest first`() async throws {
        let rows = [answer("b", until: 2), answer("a", until: 3), answer("a", owner: "master", until: 1)]
        do {
            let file = KeptFile(path: scratch.book)
            #expect(try await file.read(at: start) == KeptRows())
            try await file.write(changes(rows), at: start)
            // The same again is the same.
            try await file.write(changes(rows), at: start)
        }
        let file = KeptFile(path: scratch.book)
        #expect(try await patiently { try await file.read(at: start) }.answers == [rows[2], rows[0], rows[1]])
        let other = answer("a", until: 9, size: 4)
        try await file.write(changes([other], forgetting: [rows[0].name, rows[2].name]), at: start)
        #expect(try await file.read(at: start).answers == [other])
    }

    @Test func `what is over is not read, and gone with the next change`() async throws {
        let file = KeptFile(path: scratch.book)
        try await file.write(changes([answer("a", until: 5), answer("b", until: 6)]), at: start)
        let later = WallTime.at(day: 20_000, second: 5)
        #expect(try await file.read(at: later).answers.map(\.name.id) == ["b"])
        try await file.write(changes(), at: later)
        #expect(try await file.read(at: start).answers.map(\.name.id) == ["b"])
    }

    @Test func `the file is its owner's alone, and words that are forgotten are not left in it`() async throws {
        let before = umask(0)
        defer { umask(before) }
        let file = KeptFile(path: scratch.book)
        try await file.write(changes([answer("secret-words")]), at: start)
        for name in ["", "-claim", "-wal", "-shm"] {
            #expect(scratch.mode(of: scratch.book + name) == 0o600, "\(name)")
        }
        try await file.write(changes(forgetting: [answer("secret-words").name]), at: start)
        for name in ["", "-wal"] {
            let bytes = try #require(fopen(scratch.book + name, "r"))
            defer { fclose(bytes) }
            var all = [UInt8](repeating: 0, count: 1 << 20)
            all.removeLast(all.count - fread(&all, 1, all.count, bytes))
            #expect(!String(decoding: all, as: UTF8.self).contains("secret-words"), "\(name)")
        }
    }

    @Test func `one gateway has it at a time, and the next when that one is gone`() async throws {
        var first: KeptFile? = KeptFile(path: scratch.book)
        try await first?.write(changes([answer("a")]), at: start)
        let second = KeptFile(path: scratch.book)
        await #expect { try await second.read(at: start) } throws: { ($0 as? StoreError)?.reason == .claimed }
        first = nil
        #expect(try await patiently { try await second.read(at: start) }.answers.count == 1)
    }

    @Test func `a ledger, or any other file, is not touched`() async throws {
        do { _ = try scratch.sqliteStore() }
        let file = KeptFile(path: scratch.book)
        await #expect { try await file.read(at: start) } throws: { ($0 as? StoreError)?.reason == .damaged }
        let text = "no database, and long enough to be looked at: \(String(repeating: "x", count: 5_000))"
        try scratch.write(text)
        let other = KeptFile(path: scratch.path + "/none/book")
        await #expect { try await other.read(at: start) } throws: { ($0 as? StoreError)?.reason == .unreachable }
    }

    @Test func `one without room says so, keeps what it has, and takes what fits again`() async throws {
        let file = KeptFile(path: scratch.book, maximumPages: 64)
        try await file.write(changes([answer("a", size: 100_000)]), at: start)
        await #expect { try await file.write(changes([answer("b", size: 1_000_000)]), at: start) } throws: {
            ($0 as? StoreError)?.reason == .full
        }
        #expect(try await file.read(at: start).answers.map(\.name.id) == ["a"])
        try await file.write(changes([answer("c", size: 10)]), at: start)
        #expect(try await file.read(at: start).answers.count == 2)
    }

    @Test func `the last day of each box is there again, and what is older is not`() async throws {
        let now = WallTime.at(day: 20_000, second: 3_600)
        let number = now.microseconds / 300_000_000
        func span(_ box: String, _ number: Int64, looks: Int = 1) -> KeptSpan {
            var span = KeptSpan(box: box, number: number)
            (span.looks, span.out, span.busiest, span.requests) = (looks, 1, 2, 3)
            (span.firstTokenMilliseconds, span.tokensPerSecond) = (12.5, nil)
            (span.loads, span.evictions) = (4, 5)
            return span
        }
        let seconds = now.microseconds / 1_000_000
        var written = KeptChanges()
        written.spans = [span("b", number), span("a", number - 1), span("a", number), span("a", number - 288)]
        written.moves = [
            KeptMove(box: "a", unixSeconds: seconds - 5, model: "m", isLoad: true),
            KeptMove(box: "a", unixSeconds: seconds - 5, model: "m", isLoad: false),
            KeptMove(box: "a", unixSeconds: seconds - 86_400, model: "old", isLoad: true),
        ]
        do {
            let file = KeptFile(path: scratch.book)
            try await file.write(written, at: now)
            try await file.write(written, at: now)
            var later = KeptChanges()
            later.spans = [span("a", number, looks: 9)]
            try await file.write(later, at: now)
        }
        let file = KeptFile(path: scratch.book)
        let rows = try await patiently { try await file.read(at: now) }
        #expect(rows.spans == [span("a", number - 1), span("a", number, looks: 9), span("b", number)])
        #expect(rows.moves.map(\.isLoad) == [false, true])
    }

    @Test func `a model that comes and goes all day fills no disk`() async throws {
        let now = WallTime.at(day: 20_000, second: 3_600)
        let file = KeptFile(path: scratch.book)
        for part in 0..<5 {
            var changes = KeptChanges()
            changes.moves = (0..<100).map {
                KeptMove(
                    box: "a", unixSeconds: now.microseconds / 1_000_000 - 1_000 + Int64(part * 100 + $0), model: "m",
                    isLoad: true)
            }
            try await file.write(changes, at: now)
        }
        #expect(try await file.read(at: now).moves.count == 200)
    }
}
