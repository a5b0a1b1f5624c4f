import Ledger
import LedgerStore
import Testing

@Suite struct EntryTests {
    let scratch = Scratch()
    let all = LedgerEntry.many(200)

    func filled() async throws -> any LedgerStore {
        let store = try scratch.store()
        try await store.write(LedgerBatch(1, entries: Array(all[..<100])))
        try await store.write(LedgerBatch(2, entries: Array(all[100...])))
        return store
    }

    @Test func `gives back every field of a request, the latest first`() async throws {
        let found = try await filled().entries(EntryFilter(), page: EntryPage(limit: 1_000)).map(\.entry)
        // Of two that began at once, the one that was written later comes first.
        let expected = all.enumerated().sorted { ($0.element.start, $0.offset) > ($1.element.start, $1.offset) }
        #expect(found == expected.map(\.element))
    }

    @Test func `pages behind one another have every request once`() async throws {
        let store = try await filled()
        var found: [String] = []
        var after: EntryPage.Place?
        while true {
            let page = try await store.entries(EntryFilter(), page: EntryPage(limit: 7, after: after))
            guard let last = page.last else { break }
            found += page.map(\.entry.requestID)
            after = last.place
        }
        #expect(found.count == 200 && Set(found).count == 200)
        let counted = try await store.entries(EntryFilter(), page: EntryPage(limit: 7, skip: 14))
        #expect(counted.map(\.entry.requestID) == Array(found[14..<21]))
    }

    @Test func `pages do not move when requests are written meanwhile`() async throws {
        let store = try await filled()
        let first = try await store.entries(EntryFilter(), page: EntryPage(limit: 10))
        let second = try await store.entries(EntryFilter(), page: EntryPage(limit: 10, after: first.last?.place))
        try await store.write(
            LedgerBatch(3, entries: [LedgerEntry(requestID: "new", start: .at(day: 30_000), end: .at(day: 30_000))]))
        #expect(try await store.entries(EntryFilter(), page: EntryPage(limit: 10, after: first.last?.place)) == second)
    }

    @Test(arguments: 0..<15)
    func `each filter finds what it says and nothing else`(_ field: Int) async throws {
        let one = all[3]
        let failed = try #require(all.first { $0.error != nil })
        let cost = all.map { $0.money + $0.failedMoney }.sorted()[100]
        var filter = EntryFilter()
        let matches: (LedgerEntry) -> Bool
        switch field {
        case 0: (filter.since, matches) = (one.start, { $0.start >= one.start })
        case 1: (filter.until, matches) = (one.start, { $0.start < one.start })
        case 2: (filter.key, matches) = (KeyHash("sk-1"), { $0.keyHash == KeyHash("sk-1") })
        case 3: (filter.userID, matches) = ("ann", { $0.userID == "ann" })
        case 4:
            let team = "blue'; DROP TABLE requests; --"
            (filter.teamID, matches) = (team, { $0.teamID == team })
        case 5: (filter.customer, matches) = ("c2", { $0.customer == "c2" })
        case 6: (filter.modelAsked, matches) = ("smart", { $0.modelAsked == "smart" })
        case 7: (filter.requestID, matches) = (one.requestID, { $0.requestID == one.requestID })
        case 8: (filter.callID, matches) = (one.callID, { $0.callID == one.callID })
        case 9: (filter.deployment, matches) = (one.deployment, { $0.deployment == one.deployment })
        case 10: (filter.error, matches) = (failed.error, { $0.error == failed.error })
        case 11: (filter.status, matches) = (failed.status, { $0.status == failed.status })
        case 12: (filter.leastSpent, matches) = (cost, { $0.money + $0.failedMoney >= cost })
        case 13: (filter.mostSpent, matches) = (cost, { $0.money + $0.failedMoney <= cost })
        default: (filter.hasFailed, matches) = (true, { $0.hasFailed })
        }
        let store = try await filled()
        let found = Set(try await store.entries(filter, page: EntryPage(limit: 1_000)).map(\.entry.requestID))
        let expected = Set(all.filter(matches).map(\.requestID))
        #expect(!expected.isEmpty && expected.count < all.count)
        #expect(found == expected)
        #expect(try await store.count(filter) == expected.count)
    }

    @Test func `filters together are all of them, with paging`() async throws {
        var filter = EntryFilter()
        filter.userID = "ann"
        filter.hasFailed = false
        filter.since = .at(day: 20_002)
        let store = try await filled()
        let expected = all.filter { $0.userID == "ann" && !$0.hasFailed && $0.start >= .at(day: 20_002) }
        let first = try await store.entries(filter, page: EntryPage(limit: 2))
        let rest = try await store.entries(filter, page: EntryPage(limit: 100, after: first.last?.place))
        #expect(Set((first + rest).map(\.entry.requestID)) == Set(expected.map(\.requestID)))
        #expect(first.count + rest.count == expected.count)
    }
}
