import Ledger
import LedgerStore
import Testing

/// Every sum beside one that is made of the requests themselves.
@Suite struct SumTests {
    let scratch = Scratch()
    let all = LedgerEntry.many(300, seed: 2)

    func filled() async throws -> SQLiteStore {
        let store = try scratch.store()
        for (number, start) in stride(from: 0, to: 300, by: 50).enumerated() {
            try await store.write(LedgerBatch(UInt64(number + 1), entries: Array(all[start..<start + 50])))
        }
        return store
    }

    func names(of entry: LedgerEntry, _ dimension: SpendDimension) -> [String] {
        switch dimension {
        case .all: [""]
        case .key: [entry.keyHash?.hex ?? ""]
        case .user: [entry.userID ?? ""]
        case .team: [entry.teamID ?? ""]
        case .customer: [entry.customer ?? ""]
        case .modelAsked: [entry.modelAsked]
        case .model: [entry.model]
        case .provider: [entry.provider]
        case .instance: [entry.instance]
        case .tag: entry.tags
        }
    }

    func expected(_ query: SumQuery) -> [String: [Int64?: (
        requests: Int64, failures: Int64, tokens: Int, money: Int64
    )]] {
        var sums: [String: [Int64?: (requests: Int64, failures: Int64, tokens: Int, money: Int64)]] = [:]
        for entry in all {
            let day = entry.start.microseconds / 86_400_000_000
            if let since = query.since, day < since.number { continue }
            if let until = query.until, day > until.number { continue }
            switch query.owner {
            case .everyone: break
            case .key(let hash): guard entry.keyHash == hash else { continue }
            case .user(let id): guard entry.userID == id else { continue }
            case .team(let id): guard entry.teamID == id else { continue }
            }
            for name in names(of: entry, query.dimension) where query.name == nil || query.name == name {
                var sum = sums[name, default: [:]][query.isByDay ? day : nil] ?? (0, 0, 0, 0)
                sum.requests += 1
                sum.failures += entry.error != nil || entry.status >= 400 ? 1 : 0
                sum.tokens += entry.promptTokens + 3 * entry.completionTokens + 7 * entry.cachedTokens
                sum.money +=
                    entry.money.picodollars + entry.failedMoney.picodollars + (entry.comparedMoney?.picodollars ?? 0)
                sums[name, default: [:]][query.isByDay ? day : nil] = sum
            }
        }
        return sums
    }

    @Test(
        arguments: SpendDimension.allCases,
        [SumQuery.Owner.everyone, .key(KeyHash("sk-1")), .user("ann"), .team("red")])
    func `sums are those of the requests`(_ dimension: SpendDimension, _ owner: SumQuery.Owner) async throws {
        let store = try await filled()
        for isByDay in [false, true] {
            for (since, until) in [(nil, nil), (Day(number: 20_003), Day(number: 20_006))] as [(Day?, Day?)] {
                for name in [nil, names(of: all[8], dimension).first] {
                    let query = SumQuery(
                        by: dimension, of: owner, since: since, until: until, isByDay: isByDay, name: name)
                    let found = try await store.sums(query)
                    let expected = expected(query)
                    #expect(found.count == expected.values.map(\.count).reduce(0, +))
                    for sum in found {
                        let one = expected[sum.name]?[sum.day?.number]
                        #expect(one?.requests == sum.requests && one?.failures == sum.failures)
                        #expect(one?.tokens == Int(sum.promptTokens + 3 * sum.completionTokens + 7 * sum.cachedTokens))
                        #expect(
                            one?.money == sum.money.picodollars + sum.failedMoney.picodollars
                                + sum.comparedMoney.picodollars)
                    }
                }
            }
        }
    }

    @Test func `the earliest day comes first, and within it the most money`() async throws {
        let sums = try await filled().sums(SumQuery(by: .model, isByDay: true))
        for (one, next) in zip(sums, sums.dropFirst()) {
            #expect(one.day! < next.day! || one.day == next.day && one.money >= next.money)
        }
        #expect(Set(sums.map(\.day)).count == 10)
    }

    @Test func `only as many as are asked for`() async throws {
        let store = try await filled()
        let all = try await store.sums(SumQuery(by: .instance))
        #expect(all.count == 3)
        #expect(try await store.sums(SumQuery(by: .instance, limit: 2)) == Array(all[..<2]))
    }

    @Test func `sums beyond what money can say end there`() async throws {
        let store = try scratch.store()
        var entries = LedgerEntry.many(4)
        for index in entries.indices {
            entries[index].money = Money(picodollars: .max - 1)
            entries[index].start = .at(day: 20_000 + Int64(index % 2))
        }
        try await store.write(LedgerBatch(1, entries: entries))
        try await store.write(LedgerBatch(2, entries: []))
        #expect(try await store.sums(SumQuery(by: .all)).map(\.money) == [.max])
    }
}
