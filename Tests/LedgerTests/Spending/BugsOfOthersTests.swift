import Testing

@testable import Ledger

/// Bugs that other gateways were reported to have: each by its name.
@Suite struct BugsOfOthersTests {
    private let key = AccountName.key(Samples.hash("sk-1"))

    @Test func `a reservation never released: phantom exceeded in cycles`() throws {
        let ledger = SpendLedger(
            try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })]))
        let claim = Claim(
            pass: try ledger.pass(for: Samples.hash("sk-1"), at: Samples.wall()), model: "m", provider: "openai",
            bound: Samples.dollars(1), least: Samples.dollars(0.5))
        for _ in 0..<1_000 {
            // Forgotten, as by a path that returns early.
            switch ledger.reserve(claim, at: Samples.time()) {
            case .granted(let reservation): #expect(reservation.money == Samples.dollars(1))
            case .held: Issue.record("a reservation was not given back")
            case .refused: Issue.record("a reservation was not given back")
            }
        }
        #expect(ledger.status(of: key, at: Samples.time())?.reserved == .zero)
        #expect(ledger.status(of: key, at: Samples.time())?.inFlight == 0)
    }

    @Test func `a counter retried after a store's time-out counts twice`() throws {
        var state = try Samples.ledger([.putKey(Samples.key())])
        var store = SumStore()
        state.pay(try state.get(1), 0.5, tokens: (3, 4))
        let taken = state.takeBatch()
        let batch = try #require(taken)
        // The answer of the first two was lost.
        for _ in 0..<3 { store.write(batch) }
        #expect(
            store.total(key) == Tally(money: Samples.dollars(0.5), promptTokens: 3, completionTokens: 4, requests: 1))
        let nothing = state.takeBatch()
        #expect(nothing == nil)
    }

    @Test func `spend before a reset, written after it, charged to the new window`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") })])
        var store = SumStore()
        state.pay(try state.get(0.75, at: Samples.day - 1), 0.75, at: Samples.day - 1)
        // Nobody wrote it before midnight, and then somebody asked.
        state.release(try state.get(1, least: 1, at: Samples.day))
        let taken = state.takeBatch()
        store.write(try #require(taken))
        #expect(store.tally(key, from: Samples.wall())?.money == Samples.dollars(0.75))
        #expect(store.tally(key, from: Samples.wall(Samples.day)) == nil)
        // The same where nobody asked before it was written.
        state.pay(try state.get(0.5, at: 2 * Samples.day - 1), 0.5, at: 2 * Samples.day - 1)
        let next = state.takeBatch()
        store.write(try #require(next))
        #expect(store.tally(key, from: Samples.wall(Samples.day))?.money == Samples.dollars(0.5))
    }

    @Test func `a client's own call id sent again erases or grows`() {
        var state = LedgerState(origin: 7, at: Samples.wall())
        var store = SumStore()
        for (id, money) in [("r1", 1.0), ("r2", 2.0)] {
            var entry = LedgerEntry(requestID: id, start: Samples.wall(), end: Samples.wall(1))
            (entry.callID, entry.money) = ("mine", Samples.dollars(money))
            state.record(entry)
            if let batch = state.takeBatch() { store.write(batch) }
        }
        #expect(store.entries.count == 2)
        #expect(store.entries["r1"]?.money == Samples.dollars(1) && store.entries["r2"]?.money == Samples.dollars(2))
    }

    @Test func `budget_duration ignored by a wider budget`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team { $0.allowance = Samples.allowance(3, "30d") }),
            .putKey(
                Samples.key {
                    $0.allowance = Samples.allowance(2, "1d")
                    $0.teamID = "t"
                }),
        ])
        state.pay(try state.get(2), 2)
        #expect(try state.ask(1, least: 1).exceeded?.account == key)
        // The next day the key has its budget again, and the team what is left of the month.
        state.pay(try state.get(1, at: Samples.day), 1, at: Samples.day)
        #expect(try state.ask(0.5, least: 0.5, at: Samples.day).exceeded?.account == .team("t"))
        // On the 1st, six days later, both have all.
        state.release(try state.get(2, least: 2, at: 6 * Samples.day))
    }

    @Test func `a pass-through or other route that spends outside the budget`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })]) {
            $0.global = Samples.allowance(2)
        }
        // Whatever the model, the provider or the credential: there is no claim that no budget sees.
        state.pay(try state.get(0.5, model: "", provider: ""), 0.5)
        state.pay(try state.get(nil, 1, model: "rerank", provider: "unheard of"), 1)
        #expect(state.spent(key) == Samples.dollars(0.5) && state.spent(.global) == Samples.dollars(1.5))
        #expect(try state.ask(nil, 0.6, least: 0.6, model: "", provider: "").exceeded?.account == .global)
    }

    @Test func `an alert of more than 99 percent used at 3 percent`() throws {
        var state = try Samples.ledger([
            .putKey(
                Samples.key {
                    $0.allowance = Samples.allowance(100)
                    $0.allowance.softBudget = Samples.dollars(99)
                })
        ])
        // 97 are reserved, and 3 are spent: reserved money is no spend.
        let open = try state.get(97)
        state.pay(try state.get(3), 3)
        #expect(state.takeAlerts().isEmpty)
        state.pay(open, 96)
        let alerts = state.takeAlerts()
        #expect(alerts.map(\.kind) == [.softBudget])
        #expect(alerts.first?.spent == Samples.dollars(99) && alerts.first?.bound == Samples.dollars(99))
        state.pay(try state.get(1), 1)
        #expect(state.takeAlerts().isEmpty)
    }

    @Test func `enforcement by a projection that lags`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        // Nothing was ever written, and the very next request knows.
        state.pay(try state.get(1), 1)
        #expect(try state.ask(0.000_001).exceeded?.spent == Samples.dollars(1))
    }

    @Test func `one unit per request in place of tokens`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance.tokensPerMinute = 1_000 })])
        state.pay(try state.get(0, tokens: 900), 0, tokens: (500, 300))
        #expect(try state.ask(0, tokens: 300).rate?.left == 200)
        #expect(try state.get(0, tokens: 200).rates?.tokensLeft == 0)
    }

    @Test func `a window budget enforced as a rate that refills`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") })])
        state.pay(try state.get(1), 1)
        for hour in 1..<24 { #expect(try state.ask(0.01, at: Double(hour) * 3_600).exceeded != nil) }
        #expect(try state.get(1, least: 1, at: Samples.day).money == Samples.dollars(1))
    }

    @Test func `concurrent requests that each see the last dollar`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        var granted = Money.zero
        for _ in 0..<50 { granted += try state.ask(1, least: 0.1).grant?.money ?? .zero }
        #expect(granted == Samples.dollars(1))
    }

    @Test func `two processes that are two budgets`() throws {
        var first = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") })])
        first.pay(try first.get(0.75), 0.75)
        // The one that takes over begins where the other was, not with a budget of its own.
        var second = LedgerState(first.image(), origin: 8, at: Samples.wall(60))
        #expect(try second.ask(0.5, least: 0.5, at: 60).exceeded?.spent == Samples.dollars(0.75))
    }
}
