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
        #expect(try await file.read(at: start).answers == [rows[2], rows[0], rows[1]])
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
        let reader = try Connection(path: scratch.book, busyMilliseconds: 0)
        try reader.execute(script: "PRAGMA wal_checkpoint(TRUNCATE)")
        let bytes = try #require(fopen(scratch.book, "r"))
        defer { fclose(bytes) }
        var all = [UInt8](repeating: 0, count: 1 << 20)
        all.removeLast(all.count - fread(&all, 1, all.count, bytes))
        #expect(!String(decoding: all, as: UTF8.self).contains("secret-words"))
    }

    @Test func `one gateway has it at a time, and the next when that one is gone`() async throws {
        var first: KeptFile? = KeptFile(path: scratch.book)
        try await first?.write(changes([answer("a")]), at: start)
        let second = KeptFile(path: scratch.book)
        await #expect { try await second.read(at: start) } throws: { ($0 as? StoreError)?.reason == .claimed }
        first = nil
        // The actor ends with its last job.
        for _ in 0..<1_000 where (try? await second.read(at: start)) == nil { usleep(1_000) }
        #expect(try await second.read(at: start).answers.count == 1)
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
}
