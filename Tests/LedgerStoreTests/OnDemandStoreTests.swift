import Balancer
import Glibc
import Ledger
import LedgerStore
import TestSupport
import Testing

@Suite struct OnDemandStoreTests {
    let scratch = Scratch()
    let clock = ManualClock()

    func store(_ opening: OnDemandStore.Opening = .atStart) -> OnDemandStore {
        OnDemandStore(.sqlite(path: scratch.book), opening)
    }

    var key: DirectoryChange {
        .putKey(VirtualKey(hash: KeyHash("sk-1"), name: "sk-...1", stamps: Stamps(at: .at(day: 1), by: "root")))
    }

    @Test func `there is no file before something is to be kept`() async throws {
        let store = store(.withChange)
        #expect(try await store.load() == LedgerImage())
        try await store.write(LedgerBatch(1, entries: LedgerEntry.many(1)))
        #expect(try await store.prune(before: nil, at: .at(day: 1)) == 0)
        #expect(access(scratch.book, F_OK) != 0)
        try await store.apply([key], audit: [])
        #expect(try await store.load().keys.count == 1)
        #expect(scratch.mode(of: scratch.book) == 0o600)
    }

    @Test func `what was spent before the first key is kept with it`() async throws {
        let store = store(.withChange)
        #expect(try await store.load() == LedgerImage())
        let sums: [AccountSum] = [.of(.global, day: 1, 1), .of(.provider("p"), day: 1, 2), .of(.global, day: 2, 4)]
        try await store.write(LedgerBatch(1, sums: sums))
        try await store.write(LedgerBatch(2, sums: sums))
        try await store.apply([key], audit: [])
        try await store.write(LedgerBatch(3, sums: [.of(.global, day: 2, 8)]))
        let money = try await store.load().sums.map { ($0.account, $0.window.start, $0.tally.money.picodollars) }
        #expect(money.first { $0 == (.global, .at(day: 1), 2) } != nil)
        #expect(money.first { $0 == (.global, .at(day: 2), 16) } != nil)
        #expect(money.first { $0 == (.provider("p"), .at(day: 1), 4) } != nil)
        #expect(money.count == 3)
    }

    @Test func `where there is a budget the file is made with what is spent, and a folder that lacks is no fault`()
        async throws
    {
        let store = store(.withSpend)
        #expect(try await store.load() == LedgerImage())
        #expect(access(scratch.book, F_OK) != 0)
        try await store.write(LedgerBatch(1, sums: [.of(.global, day: 1, 1)]))
        #expect(try await store.load().sums == [.of(.global, day: 1, 1)])
        let nowhere = OnDemandStore(.sqlite(path: scratch.path + "/none/book"), .withSpend)
        #expect(try await nowhere.load(time: clock.source) == LedgerImage())
        await #expect(throws: StoreError.self) {
            try await nowhere.write(LedgerBatch(1, sums: [.of(.global, day: 1, 1)]))
        }
    }

    @Test func `a store that could not be read at the start is not written`() async throws {
        try scratch.write("no database, and rather long, so that it is not taken for an empty file")
        let store = store()
        await #expect(throws: StoreError.self) { try await store.load(time: clock.source) }
        unlink(scratch.book)
        await #expect(throws: StoreError.self) {
            try await store.write(LedgerBatch(1, sums: [.of(.global, day: 1, 1)]))
        }
        await #expect(throws: StoreError.self) { try await store.apply([key], audit: []) }
        #expect(access(scratch.book, F_OK) != 0)
        #expect(try await store.load(time: clock.source) == LedgerImage())
        try await store.apply([key], audit: [])
    }

    @Test func `a start waits for the gateway before it to leave the store, and reads all of it`() async throws {
        var before: SQLiteStore? = try scratch.sqliteStore()
        let store = store()
        let loading = Task { try await store.load(time: clock.source) }
        _ = await clock.nextSleep()
        try await before?.apply([key], audit: [])
        before = nil
        // The claim ends with the actor's last reference, a moment after the line above.
        while (try? scratch.sqliteStore()) == nil { await Task.yield() }
        clock.advance(by: .milliseconds(100))
        #expect(try await loading.value.keys.count == 1)
    }

    @Test func `a start does not wait longer than five seconds`() async throws {
        let other = try scratch.sqliteStore()
        let store = store()
        let loading = Task { try await store.load(time: clock.source) }
        for _ in 0..<50 {
            _ = await clock.nextSleep()
            clock.advance(by: .milliseconds(100))
        }
        let error = await #expect(throws: StoreError.self) { try await loading.value }
        #expect(error?.reason == .claimed)
        withExtendedLifetime(other) {}
    }

    @Test func `a file that another gateway made meanwhile is left alone`() async throws {
        let store = store(.withChange)
        _ = try await store.load()
        do {
            let other = try scratch.sqliteStore()
            try await other.apply([key], audit: [])
        }
        var error: StoreError?
        for _ in 0..<1_000 {
            error = await #expect(throws: StoreError.self) { try await store.apply([key], audit: []) }
            if error?.message.contains("start this one again") == true { break }
        }
        #expect(error?.message.contains("start this one again") == true)
    }
}
