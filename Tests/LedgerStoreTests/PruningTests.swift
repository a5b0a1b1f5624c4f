import Balancer
import Ledger
import LedgerStore
import Testing

@Suite struct PruningTests {
    let scratch = Scratch()

    @Test func `forgets requests that are older, and no sums by day`() async throws {
        let store = try scratch.store()
        let entries = LedgerEntry.many(5_000)
        try await store.write(LedgerBatch(1, entries: entries))
        let sums = try await store.sums(SumQuery(by: .model, isByDay: true))
        let moment = WallTime.at(day: 20_006, second: 100)
        let old = entries.count { $0.start < moment }
        #expect(old > 2_000 && old < 5_000)
        #expect(try await store.prune(before: moment, at: moment) == old)
        #expect(try await store.count(EntryFilter()) == 5_000 - old)
        var filter = EntryFilter()
        filter.until = moment
        #expect(try await store.count(filter) == 0)
        #expect(try await store.sums(SumQuery(by: .model, isByDay: true)) == sums)
        #expect(try await store.prune(before: moment, at: moment) == 0)
    }

    @Test func `words are kept beside their row, once, and are forgotten with it`() async throws {
        let store = try scratch.store()
        var entries = LedgerEntry.many(3_000)
        for index in entries.indices {
            entries[index].words = EntryWords(
                request: #"{"prompt":"\#(entries[index].requestID)"}"#, response: index.isMultiple(of: 2) ? "{}" : nil)
        }
        try await store.write(LedgerBatch(1, entries: entries))
        var again = entries[0]
        again.words = EntryWords(request: "other", response: nil)
        try await store.write(LedgerBatch(2, entries: [again]))
        for index in [0, 1, 2_999] {
            #expect(try await store.words(of: entries[index].requestID) == entries[index].words)
        }
        #expect(try await store.entries(EntryFilter(), page: EntryPage(limit: 10)).allSatisfy { $0.entry.words == nil })
        #expect(try await store.words(of: "unknown") == nil)
        // Some are put together behind the row; those of a row that is gone are kept nowhere.
        let late = EntryWords(request: "late", response: "{}")
        var third = LedgerBatch(3, entries: LedgerEntry.many(3_001).suffix(1))
        third.words = [third.entries[0].requestID, "unknown"].map { LateWords(requestID: $0, words: late) }
        try await store.write(third)
        #expect(try await store.words(of: third.entries[0].requestID) == late)
        #expect(try await store.words(of: "unknown") == nil)
        let moment = WallTime.at(day: 20_006, second: 100)
        _ = try await store.prune(before: moment, at: moment)
        for entry in entries {
            #expect(try await store.words(of: entry.requestID) == (entry.start < moment ? nil : entry.words))
        }
    }

    @Test func `folds windows that are over into one, except an account's last`() async throws {
        let store = try scratch.store()
        let (busy, idle) = (AccountName.user("busy"), AccountName.keyModel(KeyHash("k"), model: "m"))
        let busySums = (0..<20).map { AccountSum.of(busy, day: $0, 10) }
        let idleSums = (0..<3).map { AccountSum.of(idle, day: $0, 5) }
        try await store.write(LedgerBatch(1, sums: busySums + idleSums))
        for _ in 0..<2 {
            _ = try await store.prune(before: nil, at: .at(day: 15))
            let sums = try await store.load().sums.sorted { $0.window.start < $1.window.start }
            let (ofBusy, ofIdle) = (sums.filter { $0.account == busy }, sums.filter { $0.account == idle })
            #expect(ofBusy.map(\.window.start) == [.at(day: 0)] + (15..<20).map { .at(day: $0) })
            #expect(ofBusy.map(\.tally.money.picodollars) == [150, 10, 10, 10, 10, 10])
            #expect(ofBusy.first?.window.end == .at(day: 15))
            #expect(ofBusy.first?.tally.requests == 15 && ofBusy.first?.tally.overrun.picodollars == 75)
            #expect(ofBusy.first?.tally.promptTokens == 150 && ofBusy.first?.tally.completionTokens == 300)
            #expect(ofIdle.map(\.window.start) == [.at(day: 0), .at(day: 2)])
            #expect(ofIdle.map(\.tally.money.picodollars) == [10, 5])
        }
    }

    @Test func `a batch is known after pruning, also one of sums alone and of old requests`() async throws {
        let store = try scratch.store()
        var entry = LedgerEntry.many(1)[0]
        (entry.start, entry.end) = (.at(day: 1), .at(day: 1))
        let batches = [
            LedgerBatch(1, origin: 1, sums: [.of(.global, day: 9, 1)]),
            LedgerBatch(1, origin: 2, entries: [entry], sums: [.of(.user("u"), day: 9, 1)]),
        ]
        let now = WallTime(unixSeconds: TimeSource.live.unixSeconds())
        for _ in 0..<2 {
            for batch in batches { try await store.write(batch) }
            _ = try await store.prune(before: now, at: now)
        }
        #expect(try await store.load().sums.allSatisfy { $0.tally.requests == 1 })
    }

    @Test(.enabled(if: Scratch.isSQLite)) func `leaves no batch behind`() async throws {
        let store = try scratch.sqliteStore()
        try await store.write(LedgerBatch(1, entries: LedgerEntry.many(1)))
        let counts = "SELECT count(*) FROM batches"
        #expect(try await store.number(counts) == 1)
        _ = try await store.prune(before: .at(day: 30_000), at: .at(day: 30_000))
        #expect(try await store.number(counts) == 0)
    }
}
