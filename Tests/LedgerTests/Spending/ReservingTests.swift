import Testing

@testable import Ledger

@Suite struct ReservingTests {
    @Test func `what is reserved and spent is never above the budget`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let key = AccountName.key(Samples.hash("sk-1"))
        let first = try state.get(0.6)
        #expect(first.money == Samples.dollars(0.6))
        #expect(try state.ask(0.6).isHeld)
        let second = try state.get(0.4)
        #expect(state.reserved(key) == Samples.dollars(1))
        state.pay(first, 0.1)
        state.release(second)
        #expect(state.spent(key) == Samples.dollars(0.1) && state.reserved(key) == .zero)
        let third = try state.get(0.9)
        state.pay(third, 0.9)
        let exceeded = try #require(try state.ask(0.000_001).exceeded)
        #expect(exceeded.account == key && exceeded.spent == Samples.dollars(1) && exceeded.most == Samples.dollars(1))
    }

    @Test func `the last of a budget is given as a part, when nobody else is under way`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        state.pay(try state.get(0.7), 0.7)
        let grant = try state.get(0.5, least: 0.1)
        #expect(grant.money == Samples.dollars(0.3))
        #expect(try state.ask(0.5, least: 0.1).isHeld)
        state.release(grant)
        // The prompt alone would use it up.
        #expect(try state.ask(0.5, least: 0.3).exceeded != nil)
    }

    @Test func `an attempt that takes the place of another has what that one does not cost`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let key = AccountName.key(Samples.hash("sk-1"))
        let first = try state.get(0.8)
        #expect(try state.ask(0.8, first: false).isHeld, "not beside it")
        let second = try #require(try state.take(0.8, inPlaceOf: first, cost: 0.1).grant)
        #expect(second.money == Samples.dollars(0.8) && state.reserved(key) == Samples.dollars(0.9))
        state.pay(first, 0.1)
        state.pay(second, 0.8)
        #expect(state.spent(key) == Samples.dollars(0.9) && state.reserved(key) == .zero)
        #expect(state.openReservations == 0)
    }

    @Test func `one that does not fit in another's place leaves that one as it was`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(1) })])
        let key = AccountName.key(Samples.hash("sk-1"))
        let first = try state.get(0.6)
        let other = try state.get(0.3)
        #expect(try state.take(0.8, inPlaceOf: first, cost: 0.1).isHeld)
        #expect(try state.take(0.8, least: 0.79, inPlaceOf: first, cost: 0.3).exceeded != nil)
        #expect(state.reserved(key) == Samples.dollars(0.9))
        state.release(other)
        // The rest of the budget is given as a part: what the other one has cost is as good as spent.
        let last = try #require(try state.take(1.5, least: 0.1, inPlaceOf: first, cost: 0.2).grant)
        #expect(last.money == Samples.dollars(0.8) && state.reserved(key) == Samples.dollars(1))
        state.release(first)
        state.release(last)
        #expect(state.reserved(key) == .zero)
        // It has ended: nothing is to be had of it.
        #expect(try state.take(1, inPlaceOf: first, cost: 0.2).grant != nil)
    }

    @Test func `tokens of a minute go over to the attempt that takes another's place`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance.tokensPerMinute = 100 })])
        let first = try state.get(0, tokens: 80, leastTokens: 10)
        #expect(try state.ask(0, tokens: 80, leastTokens: 10, first: false).isHeld)
        let second = try state.take(0, tokens: 80, leastTokens: 10, inPlaceOf: first, cost: 0, used: (10, 10))
        #expect(second.grant?.tokens == 80)
        state.pay(first, 0, tokens: (10, 10))
        let refused = try #require(try state.ask(0, tokens: 81, leastTokens: 10, first: false).rate)
        #expect(refused.kind == .tokens)
    }

    @Test func `a request that costs nothing is let through when the budget is spent`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(0) })])
        #expect(try state.ask(0.1).exceeded != nil)
        state.release(try state.get(0))
    }

    @Test func `the first account that fails is named, in their order`() throws {
        var state = try Samples.ledger([
            .putUser(Samples.user { $0.allowance = Samples.allowance(7) }),
            .putTeam(
                Samples.team {
                    $0.allowance = Samples.allowance(6)
                    $0.members = [Team.Member(userID: "u", allowance: Samples.allowance(5))]
                }), .putCustomer(Samples.customer { $0.allowance = Samples.allowance(4) }),
            .putKey(
                Samples.key {
                    $0.allowance = Samples.allowance(9)
                    var model = ModelAllowance()
                    model.maxBudget = Samples.dollars(8)
                    $0.modelAllowances = ["gpt-4o": model]
                    ($0.userID, $0.teamID) = ("u", "t")
                }),
        ]) {
            $0.providers = ["openai": Samples.allowance(3)]
            $0.global = Samples.allowance(2)
        }
        let hash = Samples.hash("sk-1")
        let order: [(Double, AccountName)] = [
            (9.5, .key(hash)), (8.5, .keyModel(hash, model: "gpt-4o")), (7.5, .user("u")), (6.5, .team("t")),
            (5.5, .member(team: "t", user: "u")), (4.5, .customer("c")), (3.5, .provider("openai")), (2.5, .global),
        ]
        for (bound, account) in order {
            #expect(try state.ask(bound, least: bound, customer: "c").exceeded?.account == account)
        }
        #expect(try state.ask(7.5, least: 7.5, model: "other", customer: "c").exceeded?.account == .user("u"))
        #expect(try state.ask(4.5, least: 4.5, customer: "nobody").exceeded?.account == .provider("openai"))
        #expect(try state.ask(3.5, least: 3.5, provider: "azure", customer: "c").exceeded?.account == .global)
        // Nothing was kept of all that was refused.
        for (_, account) in order { #expect(state.reserved(account) == .zero) }
        state.pay(try state.get(1, customer: "c"), 0.5, tokens: (10, 20))
        for (_, account) in order {
            let total = state.status(of: account, at: Samples.time())?.total
            #expect(total == Tally(money: Samples.dollars(0.5), promptTokens: 10, completionTokens: 20, requests: 1))
        }
    }

    @Test func `the master key is bound by provider, customer and the whole`() throws {
        var state = try Samples.ledger([.putCustomer(Samples.customer { $0.allowance = Samples.allowance(1) })]) {
            $0.global = Samples.allowance(2)
        }
        #expect(try state.ask(nil, 1.5, least: 1.5, customer: "c").exceeded?.account == .customer("c"))
        #expect(try state.ask(nil, 2.5, least: 2.5).exceeded?.account == .global)
        state.pay(try state.get(nil, 1), 1)
        #expect(state.spent(.global) == Samples.dollars(1))
    }

    @Test func `a blocked customer is refused`() throws {
        var state = try Samples.ledger([.putKey(Samples.key()), .putCustomer(Samples.customer { $0.isBlocked = true })])
        #expect(try state.ask(1, customer: "c").refusal == .customerBlocked("c"))
    }

    @Test func `a temporary increase holds up to its moment`() throws {
        var state = try Samples.ledger([
            .putKey(
                Samples.key {
                    $0.allowance = Samples.allowance(1)
                    $0.allowance.temporaryIncrease = Allowance.TemporaryIncrease(
                        amount: Samples.dollars(2), until: Samples.wall(100))
                })
        ])
        state.pay(try state.get(2.5), 2.5)
        #expect(try state.ask(0.6, least: 0.6, at: 99).exceeded?.most == Samples.dollars(3))
        _ = try state.get(0.5, least: 0.5, at: 99.999)
        #expect(try state.ask(0.1, least: 0.1, at: 100).exceeded?.most == Samples.dollars(1))
    }

    @Test func `a key without bounds of its own has those of its template`() throws {
        let template = { (most: Double) in
            var budget = BudgetTemplate(id: "b", stamps: Samples.stamps)
            budget.allowance = Samples.allowance(most, "1d")
            return DirectoryChange.putBudget(budget)
        }
        var state = try Samples.ledger([
            template(1), .putKey(Samples.key { $0.budgetID = "b" }),
            .putKey(
                Samples.key("sk-2") {
                    $0.budgetID = "b"
                    $0.allowance = Samples.allowance(5)
                }), .putCustomer(Samples.customer { $0.budgetID = "b" }),
        ])
        #expect(try state.ask(2, least: 2).exceeded?.most == Samples.dollars(1))
        #expect(try state.ask("sk-2", 6, least: 6).exceeded?.most == Samples.dollars(5))
        #expect(try state.ask(nil, 2, least: 2, customer: "c").exceeded?.account == .customer("c"))
        try state.apply(template(3), at: Samples.wall())
        #expect(try state.ask(4, least: 4).exceeded?.most == Samples.dollars(3))
        try state.apply(.removeBudget("b"), at: Samples.wall())
        _ = try state.get(4, customer: "c")
    }

    @Test func `models of a pattern share what it allows, and the pattern that says most is asked`() throws {
        let most = { (amount: Double) in
            var allowance = ModelAllowance()
            allowance.maxBudget = Samples.dollars(amount)
            return allowance
        }
        var state = try Samples.ledger([
            .putKey(Samples.key { $0.modelAllowances = ["*": most(9), "gpt-*": most(1), "gpt-4o": most(3)] })
        ])
        state.pay(try state.get(0.7, model: "gpt-5"), 0.7)
        #expect(
            try state.ask(0.6, least: 0.6, model: "gpt-4").exceeded?.account
                == .keyModel(Samples.hash("sk-1"), model: "gpt-*"))
        _ = try state.get(2.5, model: "gpt-4o")
        _ = try state.get(8, model: "llama3")
    }
    @Test func `limits of a model hold by each of its names, whoever has set them`() throws {
        var little = ModelAllowance()
        little.maxBudget = Samples.dollars(1)
        let owned = Samples.key { ($0.userID, $0.teamID) = ("u", "t") }
        let cases: [(rows: [DirectoryChange], account: AccountName)] = [
            (
                [.putKey(Samples.key { $0.modelAllowances = ["openai/gpt-5": little, "gpt-*": little] })],
                .keyModel(Samples.hash("sk-1"), model: "openai/gpt-5")
            ),
            (
                [.putUser(Samples.user { $0.modelAllowances = ["gpt-5": little] }), .putKey(owned)],
                .userModel("u", model: "gpt-5")
            ),
            (
                [.putTeam(Samples.team { $0.modelAllowances = ["openai/*": little] }), .putKey(owned)],
                .teamModel("t", model: "openai/*")
            ),
        ]
        for (rows, account) in cases {
            var state = try Samples.ledger(rows)
            let now = Samples.time(0)
            let claim = Claim(
                pass: try state.pass(for: Samples.hash("sk-1"), at: now.wall), model: "mine",
                otherNames: ["openai/gpt-5", "gpt-5"], provider: "openai", bound: Samples.dollars(2),
                least: Samples.dollars(2))
            #expect(state.reserve(claim, at: now).exceeded?.account == account)
        }
    }
}
