import Ledger
import LedgerStore
import Testing

@Suite struct BatchTests {
    let scratch = Scratch()
    let key = AccountName.key(KeyHash("sk-1"))

    func row(_ account: AccountName, in store: any LedgerStore) async throws -> [AccountSum] {
        try await store.load().sums.filter { $0.account == account }.sorted { $0.window.start < $1.window.start }
    }

    @Test func `adds what each account has spent to its window`() async throws {
        let store = try scratch.store()
        try await store.write(LedgerBatch(1, sums: [.of(key, day: 5, 10), .of(key, day: 5, 20), .of(key, day: 6, 3)]))
        try await store.write(LedgerBatch(2, sums: [.of(key, day: 5, 1), .of(.global, day: 5, 7)]))
        let tally = Tally(
            money: Money(picodollars: 31), promptTokens: 31, completionTokens: 62, requests: 3,
            overrun: Money(picodollars: 15))
        let rows = try await row(key, in: store)
        #expect(rows.map(\.tally) == [tally, AccountSum.of(key, day: 6, 3).tally])
        #expect(try await row(.global, in: store) == [.of(.global, day: 5, 7)])
    }

    @Test(arguments: [
        AccountName.key(KeyHash("a")), .keyModel(KeyHash("a"), model: "m"), .user("u"), .userModel("u", model: "m"),
        .team("t"), .teamModel("t", model: "m"), .member(team: "t", user: "u"), .customer("c"), .provider("p"), .global,
    ])
    func `keeps each kind of account apart`(_ account: AccountName) async throws {
        let store = try scratch.store()
        try await store.write(LedgerBatch(1, sums: [.of(account, day: 5, 10), .of(.user("else"), day: 5, 1)]))
        #expect(try await row(account, in: store) == [.of(account, day: 5, 10)])
    }

    @Test func `a window's end is the one that was written last`() async throws {
        let store = try scratch.store()
        var sum = AccountSum.of(key, day: 5, 10)
        try await store.write(LedgerBatch(1, sums: [sum]))
        sum.window.end = .never
        sum.tally = Tally()
        try await store.write(LedgerBatch(2, sums: [sum]))
        let rows = try await row(key, in: store)
        #expect(rows.map(\.window.end) == [.never] && rows.map(\.tally.money.picodollars) == [10])
    }

    @Test func `sums end at the ends of what money can say, and do not turn into fractions`() async throws {
        let store = try scratch.store()
        let amounts: [Int64] = [.max, 5, -3, .min + 1, .min + 1, -5]
        for (number, amount) in amounts.enumerated() {
            var sum = AccountSum.of(key, day: 5, 0)
            sum.tally = Tally(money: Money(picodollars: amount))
            try await store.write(LedgerBatch(UInt64(number + 1), sums: [sum]))
            let expected: [Int64] = [.max, .max, .max - 3, -3, -.max, -.max]
            #expect(try await row(key, in: store).map(\.tally.money.picodollars) == [expected[number]])
        }
    }

    @Test func `a batch handed over again changes nothing, also after the file was opened anew`() async throws {
        let batch = LedgerBatch(1, entries: LedgerEntry.many(20), sums: [.of(key, day: 5, 10)])
        let before: LedgerImage
        do {
            let store = try scratch.store()
            try await store.write(batch)
            try await store.write(batch)
            before = try await store.load()
            #expect(before.sums == [.of(key, day: 5, 10)])
        }
        let store = try scratch.store()
        try await store.write(batch)
        #expect(try await store.load() == before)
        #expect(try await store.count(EntryFilter()) == 20)
        #expect(try await store.sums(SumQuery(by: .all)).map(\.requests) == [20])
    }

    @Test func `batches of two processes with the same number are two batches`() async throws {
        let store = try scratch.store()
        try await store.write(LedgerBatch(1, origin: 1, sums: [.of(key, day: 5, 10)]))
        try await store.write(LedgerBatch(1, origin: 2, sums: [.of(key, day: 5, 10)]))
        try await store.write(LedgerBatch(1, origin: 1, sums: [.of(key, day: 5, 10)]))
        #expect(try await row(key, in: store).map(\.tally.money.picodollars) == [20])
    }

    @Test func `one request logged twice on one path is one row, counted once`() async throws {
        let store = try scratch.store()
        let entries = LedgerEntry.many(3)
        try await store.write(LedgerBatch(1, entries: entries + [entries[0]]))
        var changed = entries[1]
        changed.money = .max
        try await store.write(LedgerBatch(2, entries: [changed]))
        #expect(try await store.count(EntryFilter()) == 3)
        let money = entries.map(\.money).reduce(.zero, +)
        #expect(try await store.sums(SumQuery(by: .all)).map(\.money) == [money])
    }

    @Test func `a client's own call id sent again erases nothing and grows nothing`() async throws {
        let store = try scratch.store()
        var entries = LedgerEntry.many(3)
        for index in entries.indices { entries[index].callID = "mine" }
        for (index, entry) in entries.enumerated() {
            try await store.write(LedgerBatch(UInt64(index + 1), entries: [entry]))
        }
        var filter = EntryFilter()
        filter.callID = "mine"
        let found = try await store.entries(filter, page: EntryPage(limit: 10)).map(\.entry)
        #expect(Set(found.map(\.requestID)) == Set(entries.map(\.requestID)))
        #expect(found.map(\.money).reduce(.zero, +) == entries.map(\.money).reduce(.zero, +))
    }

    @Test func `spend that is written after a reset stays in its own window`() async throws {
        let store = try scratch.store()
        try await store.write(LedgerBatch(1, sums: [.of(key, day: 6, 1)]))
        try await store.write(LedgerBatch(2, sums: [.of(key, day: 5, 10)]))
        #expect(try await row(key, in: store) == [.of(key, day: 5, 10), .of(key, day: 6, 1)])
    }
}
