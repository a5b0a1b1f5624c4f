import Glibc
import Ledger
import SQLite
import Testing

@testable import LedgerStore

/// Whatever can be wrong with a file, each named so that a caller can decide and an operator knows what to do.
@Suite struct FaultTests {
    let scratch = Scratch()
    let batch = LedgerBatch(1, entries: LedgerEntry.many(50), sums: [.of(.global, day: 5, 10)])

    func reason(_ body: () async throws -> Void) async -> StoreError.Reason? {
        do {
            try await body()
            return nil
        } catch {
            return (error as? StoreError)?.reason
        }
    }

    @Test func `a new file and those beside it are for their owner alone`() async throws {
        let before = umask(0)
        defer { umask(before) }
        let store = try scratch.sqliteStore()
        try await store.write(batch)
        for file in ["", "-claim", "-wal", "-shm"] {
            #expect(scratch.mode(of: scratch.book + file) == 0o600, "book\(file)")
        }
    }

    @Test func `what is written is in the log of changes on the disk at once`() async throws {
        let store = try scratch.sqliteStore()
        try await store.write(batch)
        #expect(try await store.number("PRAGMA synchronous") == 2)
        let reader = try Connection(path: scratch.book, access: .readOnly, busyMilliseconds: 0)
        #expect(try reader.rows("PRAGMA journal_mode") { $0.text(0) } == ["wal"])
        #expect(try reader.integer("SELECT count(*) FROM requests") == 50)
    }

    /// SQLite writes on into a file that was removed, and says that all is well.
    @Test func `a file that was removed or replaced takes nothing until it is back`() async throws {
        let store = try scratch.sqliteStore()
        try await store.write(batch)
        let (book, aside) = (scratch.book, scratch.book + "-aside")
        #expect(rename(book, aside) == 0)
        #expect(await reason { try await store.write(LedgerBatch(2, entries: [])) } == .unreachable)
        try scratch.write("another")
        #expect(await reason { try await store.apply([.removeTeam("t")], audit: []) } == .unreachable)
        #expect(rename(aside, book) == 0)
        try await store.write(LedgerBatch(2, entries: LedgerEntry.many(60)))
        #expect(try await store.count(EntryFilter()) == 60)
    }

    @Test func `a folder that is not there is named`() async {
        for isClaimed in [true, false] {
            var settings = SQLiteStore.Settings(path: scratch.path + "/none/book")
            settings.isClaimed = isClaimed
            let error = #expect(throws: StoreError.self) { try SQLiteStore(settings) }
            #expect(error?.reason == .unreachable)
            #expect(error?.message.hasPrefix("\(scratch.path)/none/book") == true)
            #expect(error?.message.contains("make its folder") == true)
        }
    }

    @Test(arguments: ["no database, and long enough to be looked at: \(String(repeating: "x", count: 5_000))", "short"])
    func `a file that is something else is refused and stays as it is`(_ text: String) async throws {
        try scratch.write(text)
        let error = #expect(throws: StoreError.self) { try scratch.sqliteStore() }
        #expect(error?.reason == .damaged)
        var status = stat()
        stat(scratch.book, &status)
        #expect(status.st_size == text.utf8.count)
    }

    @Test func `a file of another program is refused and stays as it is`() async throws {
        let other = try Connection(path: scratch.book, busyMilliseconds: 0)
        try other.execute(script: "CREATE TABLE keys(mine); PRAGMA user_version=1")
        #expect(throws: StoreError.self) { try scratch.sqliteStore() }
        #expect(try other.rows("SELECT name FROM sqlite_schema") { $0.text(0) } == ["keys"])
    }

    @Test func `a file of a newer release is refused with a word of what to do`() async throws {
        _ = try scratch.sqliteStore()
        let newer = Schema.steps.count + 1
        try Connection(path: scratch.book, busyMilliseconds: 0).execute(script: "PRAGMA user_version=\(newer)")
        let error = #expect(throws: StoreError.self) { try scratch.sqliteStore() }
        #expect(error?.reason == .tooNew && error?.message.contains("schema \(newer)") == true)
    }

    @Test func `a file that is up to date is not written when it is opened`() async throws {
        do { try await scratch.sqliteStore().write(batch) }
        let lock = try Connection(path: scratch.book, busyMilliseconds: 0)
        try lock.run("BEGIN IMMEDIATE")
        #expect(try await scratch.sqliteStore().load().sums == batch.sums)
    }

    @Test func `two processes are not two budgets: a second gateway is refused while the first one lives`() async throws
    {
        do {
            let store = try scratch.sqliteStore()
            try await store.write(batch)
            let error = #expect(throws: StoreError.self) { try scratch.sqliteStore() }
            #expect(error?.reason == .claimed && error?.message.contains("another gateway") == true)
            var settings = SQLiteStore.Settings(path: scratch.book)
            settings.isClaimed = false
            #expect(try await SQLiteStore(settings).load().sums == batch.sums)
        }
        #expect(try await scratch.sqliteStore().load().sums == batch.sums)
    }

    @Test func `while another process holds the lock nothing is written, and reading goes on`() async throws {
        let store = try scratch.sqliteStore()
        let lock = try Connection(path: scratch.book, busyMilliseconds: 0)
        try lock.run("BEGIN IMMEDIATE")
        #expect(await reason { try await store.write(batch) } == .locked)
        #expect(try await store.load().sums.isEmpty)
        try lock.run("ROLLBACK")
        try await store.write(batch)
        #expect(try await store.load().sums == batch.sums)
    }

    @Test func `a full file keeps what it had, whole, and takes the same batch when there is room`() async throws {
        var settings = SQLiteStore.Settings(path: scratch.book)
        do { try await SQLiteStore(settings).write(LedgerBatch(1, sums: [.of(.global, day: 5, 1)])) }
        let large = LedgerBatch(2, entries: LedgerEntry.many(2_000), sums: [.of(.global, day: 5, 10)])
        settings.maximumPages = 40
        do {
            let store = try SQLiteStore(settings)
            #expect(await reason { try await store.write(large) } == .full)
            #expect(try await store.load().sums == [.of(.global, day: 5, 1)])
            #expect(try await store.count(EntryFilter()) == 0)
        }
        settings.maximumPages = nil
        let store = try SQLiteStore(settings)
        try await store.write(large)
        #expect(try await store.load().sums.map(\.tally.money.picodollars) == [11])
        #expect(try await store.count(EntryFilter()) == 2_000)
    }

    @Test func `a file that may not be written is read`() async throws {
        do { try await scratch.sqliteStore().write(batch) }
        var settings = SQLiteStore.Settings(path: scratch.book)
        settings.isReadOnly = true
        let store = try SQLiteStore(settings)
        #expect(try await store.load().sums == batch.sums)
        #expect(await reason { try await store.write(LedgerBatch(2, sums: batch.sums)) } == .readOnly)
    }

    @Test func `a damaged file is told as damaged, by whatever comes upon it`() async throws {
        do {
            let store = try scratch.sqliteStore()
            try await store.write(LedgerBatch(1, entries: LedgerEntry.many(3_000), sums: batch.sums))
        }
        // Behind the roots of the tables, without which it could not be opened.
        let file = try #require(fopen(scratch.book, "r+"))
        fseek(file, 0, SEEK_END)
        let size = ftell(file)
        fseek(file, 40 * 4_096, SEEK_SET)
        for _ in (40 * 4_096)..<size { fputc(0xa5, file) }
        fclose(file)
        let store = try scratch.sqliteStore()
        #expect(await reason { _ = try await store.entries(EntryFilter(), page: EntryPage(limit: 5_000)) } == .damaged)
        #expect(
            await reason { try await store.write(LedgerBatch(2, entries: LedgerEntry.many(3_000, seed: 9))) }
                == .damaged)
    }

    @Test(arguments: SQLiteReasons.all)
    func `each of SQLite's errors has a reason and says what to do`(_ code: Int32, _ reason: StoreError.Reason) {
        let error = StoreError(SQLiteError(code: code, message: "words"), path: "/the/file")
        #expect(error.reason == reason)
        #expect(error.message.hasPrefix("/the/file: ") && error.message.hasSuffix("(words (SQLite \(code)))"))
    }

    enum SQLiteReasons {
        static let all: [(Int32, StoreError.Reason)] = [
            (5, .locked), (6, .locked), (261, .locked), (517, .locked), (13, .full), (8, .readOnly), (1_032, .readOnly),
            (11, .damaged), (779, .damaged), (26, .damaged), (14, .unreachable), (10, .inputOutput),
            (4_874, .inputOutput),
            (1, .fault), (1_555, .fault), (21, .fault),
        ]
    }
}

extension SQLiteStore {
    func number(_ sql: String) throws -> Int64? { try connection.integer(sql) }
}
