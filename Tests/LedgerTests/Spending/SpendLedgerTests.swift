import Locking
import Synchronization
import Testing

@testable import Ledger

@Suite struct SpendLedgerTests {
    /// Each request may cost 4 and costs between 1 and 4 cents; the budget is worth 50 of them.
    @Test func `200 at once on a budget worth 50 never overspend, and use 95 % of it`() async throws {
        let most = Samples.dollars(1.25)
        let ledger = SpendLedger(
            try Samples.ledger([
                .putTeam(Samples.team { $0.allowance.maxBudget = most }), .putKey(Samples.key { $0.teamID = "t" }),
            ]))
        let pass = try ledger.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        let served = Served()
        await withTaskGroup(of: Void.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let cost = Samples.dollars(0.01 + Double(number % 31) / 1_000)
                    let claim = Claim(
                        pass: pass, model: "m", provider: "openai", bound: Samples.dollars(0.04),
                        least: Samples.dollars(0.005))
                    while true {
                        switch ledger.reserve(claim, at: Samples.time()) {
                        case .granted(let reservation):
                            await Task.yield()
                            // An answer that would cost more than is reserved is cut.
                            let paid = min(cost, reservation.money)
                            if number % 17 == 0 { return reservation.release() }
                            reservation.settle(
                                Charge(money: paid, promptTokens: 1, completionTokens: 1), at: Samples.time())
                            served.count.add(1, ordering: .relaxed)
                            return
                        case .held: await Task.yield()
                        case .refused: return
                        }
                        let status = ledger.status(of: .team("t"), at: Samples.time())
                        if let status { #expect(status.spent + status.reserved <= most) }
                    }
                }
            }
        }
        let status = try #require(ledger.status(of: .team("t"), at: Samples.time()))
        #expect(status.spent <= most && status.spent >= Samples.dollars(1.25 * 0.95))
        #expect(status.reserved == .zero && status.inFlight == 0 && status.overrun == .zero)
        #expect(status.total.requests == served.count.load(ordering: .relaxed))
    }

    @Test func `batches taken while requests run lose nothing and hold nothing twice`() async throws {
        let ledger = SpendLedger(try Samples.ledger([.putKey(Samples.key())]))
        let pass = try ledger.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        let store = SharedStore()
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for number in 0..<250 {
                        let claim = Claim(pass: pass, model: "m", provider: "openai", bound: Samples.dollars(1))
                        guard case .granted(let reservation) = ledger.reserve(claim, at: Samples.time()) else {
                            Issue.record("nothing binds this key")
                            return
                        }
                        reservation.settle(
                            Charge(money: Samples.dollars(0.5), promptTokens: 2, completionTokens: 3),
                            at: Samples.time())
                        ledger.record(
                            LedgerEntry(requestID: "\(task)-\(number)", start: Samples.wall(), end: Samples.wall()))
                        if number % 10 == 0, let batch = ledger.takeBatch() { store.sums.withLock { $0.write(batch) } }
                    }
                }
            }
            group.addTask {
                for number in 0..<100 {
                    try? ledger.apply(.putKey(Samples.key("sk-x\(number % 5)")), at: Samples.wall())
                    _ = ledger.rows.keys().total
                }
            }
        }
        let last = ledger.takeBatch()
        store.sums.withLock { store in
            if let last { store.write(last) }
            #expect(store.entries.count == 2_000)
            #expect(
                store.total(.key(Samples.hash("sk-1")))
                    == Tally(
                        money: Samples.dollars(1_000), promptTokens: 4_000, completionTokens: 6_000, requests: 2_000))
        }
    }

    @Test func `rows, accounts and alerts are read while it works`() throws {
        let ledger = SpendLedger(LedgerState(origin: 7, at: Samples.wall()))
        try ledger.apply(.putKey(Samples.key { $0.allowance.softBudget = Samples.dollars(1) }), at: Samples.wall())
        let name = AccountName.key(Samples.hash("sk-1"))
        ledger.setSpend(Samples.dollars(2), of: name, at: Samples.time())
        #expect(ledger.rows.keys().total == 1)
        #expect(
            [name, .team("x")].map { ledger.status(of: $0, at: Samples.time())?.spent } == [Samples.dollars(2), nil])
        #expect(ledger.takeAlerts().map(\.account) == [name])
        #expect(ledger.image().sums.contains { $0.account == name && $0.tally.money == Samples.dollars(2) })
        var settings = LedgerSettings()
        settings.global = Samples.allowance(1)
        ledger.configure(settings, at: Samples.wall())
        #expect(ledger.status(of: .global, at: Samples.time())?.most == Samples.dollars(1))
    }

    private final class Served: Sendable {
        let count = Atomic(0)
    }

    private final class SharedStore: Sendable {
        let sums = Locked(SumStore())
    }
}
