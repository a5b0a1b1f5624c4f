import Testing

@testable import Ledger

@Suite struct SettlingTests {
    private let key = AccountName.key(Samples.hash("sk-1"))

    @Test func `a budget without a soft one is told near its end, once in its window`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(100) })])
        state.pay(try state.get(84), 84)
        #expect(state.takeAlerts().isEmpty)
        state.pay(try state.get(1), 1)
        let alerts = state.takeAlerts()
        #expect(alerts.map(\.kind) == [.nearEnd])
        #expect(alerts.first?.spent == Samples.dollars(85) && alerts.first?.bound == Samples.dollars(100))
        state.pay(try state.get(15), 15)
        #expect(state.takeAlerts().isEmpty)
    }

    @Test func `what is told of a budget has the name that people know its account by`() throws {
        for (alias, label) in [("ann", "ann (sk-...sk-1)"), (nil, "sk-...sk-1")] {
            var state = try Samples.ledger([
                .putKey(
                    Samples.key {
                        $0.allowance = Samples.allowance(100)
                        $0.alias = alias
                    })
            ])
            state.pay(try state.get(90), 90)
            #expect(state.takeAlerts().map(\.label) == [label])
        }
    }

    @Test func `a budget of nothing is never near its end`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(0) })])
        state.pay(try state.get(0), 0)
        #expect(state.takeAlerts().isEmpty)
    }

    @Test func `a charge beyond the reservation is booked in full, recorded as an overrun, and told`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        state.pay(try state.get(0.5), 1.25)
        let status = try #require(state.status(of: key, at: Samples.time()))
        #expect(status.spent == Samples.dollars(1.25) && status.overrun == Samples.dollars(0.75))
        let alerts = state.takeAlerts()
        #expect(alerts.map(\.kind) == [.overrun(Samples.dollars(0.75))])
        #expect(alerts.first?.account == key && alerts.first?.bound == Samples.dollars(1))
        #expect(state.takeBatch()?.sums.first { $0.account == key }?.tally.overrun == Samples.dollars(0.75))
        #expect(try state.ask(0.1).exceeded?.spent == Samples.dollars(1.25))
    }

    @Test func `an overrun within the budget is recorded, and told to nobody`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(9) })])
        state.pay(try state.get(0.5), 0.75)
        #expect(state.status(of: key, at: Samples.time())?.overrun == Samples.dollars(0.25))
        #expect(state.takeAlerts().isEmpty)
    }

    @Test func `a reservation is settled once`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let grant = try state.get(0.5)
        state.pay(grant, 0.5)
        state.pay(grant, 0.5)
        state.release(grant)
        #expect(state.spent(key) == Samples.dollars(0.5) && state.reserved(key) == .zero)
        #expect(state.status(of: key, at: Samples.time())?.inFlight == 0)
    }

    @Test func `a charge belongs to its reservation's window, also several windows later`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1h") })])
        var store = SumStore()
        let (early, late) = (try state.get(0.5), try state.get(0.5))
        state.pay(early, 0.25, at: 3_600)
        #expect(state.spent(key, at: 3_600) == .zero && state.reserved(key, at: 3_600) == .zero)
        // The new window has all of its money, though the old one's reservation is open.
        state.release(try state.get(1, least: 1, at: 3_700))
        state.pay(late, 0.125, at: 4 * 3_600)
        #expect(state.spent(key, at: 4 * 3_600) == .zero)
        if let batch = state.takeBatch() { store.write(batch) }
        #expect(store.tally(key, from: Samples.wall())?.money == Samples.dollars(0.375))
        #expect(state.status(of: key, at: Samples.time(4 * 3_600))?.total.money == Samples.dollars(0.375))
        #expect(store.total(key).money == Samples.dollars(0.375))
    }

    @Test func `another period keeps what is spent and reserved`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1h") })])
        state.pay(try state.get(0.25), 0.25)
        let open = try state.get(0.25)
        try state.apply(.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") }), at: Samples.wall(60))
        #expect(state.status(of: key, at: Samples.time(60))?.window.end == Samples.wall(Samples.day))
        #expect(state.spent(key, at: 7_200) == Samples.dollars(0.25))
        state.pay(open, 0.25, at: 7_200)
        #expect(state.spent(key, at: 7_200) == Samples.dollars(0.5))
        #expect(state.spent(key, at: Samples.day) == .zero)
    }

    @Test(arguments: ["1d", "2d", "30d", "1h", nil] as [String?])
    func `a window that has ended stays ended when the period changes, and those after it begin later`(
        _ period: String?
    )
        throws
    {
        var store = SumStore()
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") })])
        state.pay(try state.get(0.75), 0.75)
        let later = 1.5 * Samples.day
        let changed = DirectoryChange.putKey(Samples.key { $0.allowance = Samples.allowance(1, period) })
        try state.apply(changed, at: Samples.wall(later))
        #expect(state.spent(key, at: later) == .zero)
        state.pay(try state.get(0.5, at: later), 0.5, at: later)
        while let batch = state.takeBatch() { store.write(batch) }
        #expect(store.total(key).money == Samples.dollars(1.25))
        // Also after a restart, which knows the windows by their starts alone.
        var image = state.image()
        image.sums = store.sums
        let again = LedgerState(image, origin: 8, at: Samples.wall(later + 60))
        #expect(again.spent(key, at: later + 60) == Samples.dollars(0.5))
        #expect(
            again.status(of: key, at: Samples.time(later + 60)) == state.status(of: key, at: Samples.time(later + 60)))
    }

    @Test func `spend can be set, and the difference is booked`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1, "1d") })])
        state.pay(try state.get(0.75), 0.75)
        state.setSpend(Samples.dollars(0.25), of: key, at: Samples.time())
        #expect(state.spent(key) == Samples.dollars(0.25))
        #expect(state.takeBatch()?.sums.first { $0.account == key }?.tally.money == Samples.dollars(0.25))
        _ = try state.get(0.75, least: 0.75)
    }

    @Test func `impossible numbers of an upstream are brought into range`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance.tokensPerMinute = 10 })])
        for _ in 0..<3 {
            let grant = try state.get(1, tokens: 1, at: 0)
            state.settle(
                grant, Charge(money: Money(picodollars: -5), promptTokens: .max, completionTokens: -3),
                at: Samples.time())
            try state.apply(.putKey(Samples.key { $0.allowance.tokensPerMinute = .max }), at: Samples.wall())
        }
        #expect(state.spent(key) == .zero)
        #expect(
            Claim(model: "m", provider: "p", bound: Money(picodollars: -1), tokens: .max).tokens == 1_000_000_000_000)
    }

    @Test func `a key that is deleted while a request is under way is charged, and then forgotten`() throws {
        var state = try Samples.ledger([
            .putTeam(Samples.team()),
            .putKey(
                Samples.key {
                    $0.allowance = Samples.allowance(1)
                    $0.teamID = "t"
                    $0.modelAllowances = ["gpt-4o": ModelAllowance()]
                }),
        ])
        let grant = try state.get(0.5)
        try state.apply(.removeKey(Samples.hash("sk-1")), at: Samples.wall())
        state.pay(grant, 0.25)
        let taken = state.takeBatch()
        let batch = try #require(taken)
        #expect(batch.sums.first { $0.account == key }?.tally.money == Samples.dollars(0.25))
        #expect(state.spent(.team("t")) == Samples.dollars(0.25))
        #expect(state.status(of: key, at: Samples.time()) == nil)
        // Its places are free for others, who have nothing of it.
        let before = state.table.accounts.count
        try state.apply(
            .putKey(Samples.key("sk-2") { $0.modelAllowances = ["x": ModelAllowance()] }), at: Samples.wall())
        #expect(state.table.accounts.count == before)
        #expect(state.spent(.key(Samples.hash("sk-2"))) == .zero)
    }

    @Test func `a regenerated key goes on with the spend of the old one`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let open = try state.get(0.25)
        state.pay(try state.get(0.5), 0.5)
        var new = Samples.key("sk-2") { $0.allowance = Samples.allowance(1) }
        new.account = Samples.hash("sk-1")
        try state.apply(.replaceKey(Samples.hash("sk-1"), with: new), at: Samples.wall())
        #expect(throws: LedgerRefusal.unknownKey(Samples.hash("sk-1"))) {
            try state.pass(for: Samples.hash("sk-1"), at: Samples.wall())
        }
        #expect(try state.ask("sk-2", 0.3, least: 0.2).isHeld)
        state.pay(open, 0.25)
        #expect(try state.get("sk-2", 0.3, least: 0.2).money == Samples.dollars(0.25))
    }
}
