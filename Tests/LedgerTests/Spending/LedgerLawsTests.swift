import Testing

@testable import Ledger

/// Random histories beside a naive model, and beside a store that is handed every batch, some of them twice.
@Suite struct LedgerLawsTests {
    private static let keys = ["sk-1", "sk-2", "sk-3"]
    private static let accounts: [[AccountName]] = [
        [.key(Samples.hash("sk-1")), .user("u"), .team("t"), .member(team: "t", user: "u")],
        [.key(Samples.hash("sk-2")), .user("u"), .team("t"), .member(team: "t", user: "u")],
        [.key(Samples.hash("sk-3")), .keyModel(Samples.hash("sk-3"), model: "gpt-4o")],
    ]

    @Test(arguments: Array(1...16) as [UInt64])
    func `what is promised and spent is never above a budget`(seed: UInt64) throws {
        var history = try History(seed: seed)
        for number in 0..<400 {
            try history.step()
            if number % 4 == 0 { history.compare() }
        }
        try history.end()
    }

    private struct History {
        var random: Generator
        var state: LedgerState
        var naive: NaiveLedger
        var store = SumStore()
        var seconds = 0.0
        /// An attempt that another one has taken the place of costs no more than it had.
        struct Open {
            let grant: Grant
            let number: Int
            let key: Int
            var most: Money
            var mayExceed = true
        }

        var open: [Open] = []
        var charged = Money.zero

        init(seed: UInt64) throws {
            random = Generator(seed: seed)
            var rng = random
            var written: [AccountName: Allowance] = [:]
            let periods: [String?] = ["10s", "7m", "1h", "1d", nil]
            func bounds(_ name: AccountName) -> Allowance {
                let most: Double? =
                    Int.random(in: 0..<5, using: &rng) == 0 ? nil : Double.random(in: 1...6, using: &rng)
                let allowance = Samples.allowance(most, periods.randomElement(using: &rng)!)
                written[name] = allowance
                return allowance
            }
            let (first, second, third) = (Samples.hash("sk-1"), Samples.hash("sk-2"), Samples.hash("sk-3"))
            let member = Team.Member(userID: "u", allowance: bounds(.member(team: "t", user: "u")))
            let (team, user, customer) = (bounds(.team("t")), bounds(.user("u")), bounds(.customer("c")))
            let (one, two, three) = (bounds(.key(first)), bounds(.key(second)), bounds(.key(third)))
            let model = bounds(.keyModel(third, model: "gpt-4o"))
            let (provider, all) = (bounds(.provider("openai")), bounds(.global))
            naive = NaiveLedger(bounds: written)
            state = try Samples.ledger([
                .putTeam(
                    Samples.team {
                        $0.allowance = team
                        $0.members = [member]
                    }), .putUser(Samples.user { $0.allowance = user }),
                .putCustomer(Samples.customer { $0.allowance = customer }),
                .putKey(Samples.key("sk-1") { ($0.allowance, $0.userID, $0.teamID) = (one, "u", "t") }),
                .putKey(Samples.key("sk-2") { ($0.allowance, $0.userID, $0.teamID) = (two, "u", "t") }),
                .putKey(
                    Samples.key("sk-3") {
                        $0.allowance = three
                        var allowance = ModelAllowance()
                        (allowance.maxBudget, allowance.budgetDuration) = (model.maxBudget, model.budgetDuration)
                        $0.modelAllowances = ["gpt-4o": allowance]
                    }),
            ]) {
                $0.global = all
                $0.providers = ["openai": provider]
            }
            random = rng
        }

        var now: WallTime { Samples.wall(seconds) }

        mutating func step() throws {
            switch Int.random(in: 0..<12, using: &random) {
            case 0: seconds += Double.random(in: 0...4_000, using: &random)
            case 1: seconds += Double.random(in: 0...5, using: &random)
            case 2...5: try ask()
            case 6...7: settle()
            case 8:
                guard let taken = takeOpen() else { return }
                state.release(taken.grant)
                naive.settle(taken.number, nil)
            case 9...10: try takePlace()
            default:
                guard let batch = state.takeBatch() else { return }
                for _ in 0..<Int.random(in: 1...2, using: &random) { store.write(batch) }
            }
        }

        mutating func takeOpen() -> Open? {
            guard !open.isEmpty else { return nil }
            return open.remove(at: Int.random(in: open.indices, using: &random))
        }

        mutating func settle() {
            guard let taken = takeOpen() else { return }
            // Sometimes a provider counts more than its bound.
            let exceeds = Int.random(in: 0..<12, using: &random) == 0 && taken.mayExceed
            let part = exceeds ? 1.5 : Double.random(in: 0...1, using: &random)
            let money = Money(picodollars: Int64(Double(taken.most.picodollars) * part))
            state.settle(
                taken.grant, Charge(money: money, promptTokens: 1, completionTokens: 1), at: Samples.time(seconds))
            naive.settle(taken.number, money)
            charged += money
        }

        mutating func ask() throws { try ask(Int.random(in: 0..<3, using: &random), inPlaceOf: nil) }

        /// An attempt of one that is open takes its place, and that one ends later.
        mutating func takePlace() throws {
            guard let place = open.indices.randomElement(using: &random) else { return }
            var leaving = open[place]
            let part = Double.random(in: 0...1, using: &random)
            leaving.most = Money(picodollars: Int64(Double(leaving.most.picodollars) * part))
            leaving.mayExceed = false
            let whole = open[place]
            naive.change(leaving.number, to: leaving.most)
            let count = open.count
            try ask(leaving.key, inPlaceOf: leaving)
            if open.count > count { open[place] = leaving } else { naive.change(whole.number, to: whole.most) }
        }

        mutating func ask(_ index: Int, inPlaceOf leaving: Open?) throws {
            var accounts = LedgerLawsTests.accounts[index]
            let customer = Bool.random(using: &random) ? "c" : nil
            if customer != nil { accounts.append(.customer("c")) }
            let provider = Bool.random(using: &random) ? "openai" : "azure"
            if provider == "openai" { accounts.append(.provider("openai")) }
            accounts.append(.global)
            let bound = Samples.dollars(Double.random(in: 0.01...1.5, using: &random))
            let least = Samples.dollars(Double.random(in: 0...0.01, using: &random))
            let pass = try state.pass(for: Samples.hash(LedgerLawsTests.keys[index]), at: now)
            let claim = Claim(
                pass: pass, customer: customer, model: "gpt-4o", provider: provider, bound: bound, least: least)
            let before = accounts.map { state.status(of: $0, at: Samples.time(seconds)) }
            let time = Samples.time(seconds)
            let verdict =
                if let leaving {
                    state.reserve(
                        claim, inPlaceOf: leaving.grant,
                        Charge(money: leaving.most, promptTokens: 0, completionTokens: 0), at: time)
                } else {
                    state.reserve(claim, at: time)
                }
            switch verdict {
            case .granted(let grant):
                #expect(grant.money == bound || grant.money > least && grant.money < bound)
                #expect(naive.fits(grant.money, on: accounts, at: now))
                if grant.money < bound {
                    #expect(!naive.fits(grant.money + Money(picodollars: 1), on: accounts, at: now))
                }
                let number = naive.grant(grant.money, on: accounts, at: now)
                open.append(Open(grant: grant, number: number, key: index, most: grant.money))
            case .held:
                #expect(!naive.fits(bound, on: accounts, at: now))
                #expect(accounts.contains { naive.reserved($0, at: now) > .zero })
                #expect(accounts.map { state.status(of: $0, at: Samples.time(seconds)) } == before)
            case .refused(.budget(let exceeded)):
                // What the attempt has cost that leaves its place is as good as spent.
                let gone = leaving.map { naive.kept(for: $0.number, on: exceeded.account, at: now) } ?? .zero
                #expect(naive.spent(exceeded.account, at: now) + gone + least >= exceeded.most)
                // Of those that are asked before it, each has something left.
                for account in accounts.prefix(while: { $0 != exceeded.account }) {
                    guard let most = naive.bounds[account]?.maxBudget else { continue }
                    let spent = naive.spent(account, at: now)
                    #expect(spent + least < most || spent + bound <= most)
                }
                #expect(accounts.map { state.status(of: $0, at: Samples.time(seconds)) } == before)
            case .refused(let refusal): Issue.record("\(refusal)")
            }
        }

        func compare() {
            for account in naive.bounds.keys {
                let status = state.status(of: account, at: Samples.time(seconds))
                #expect(status?.spent == naive.spent(account, at: now), "\(account)")
                #expect(status?.reserved == naive.reserved(account, at: now), "\(account)")
                #expect(status?.inFlight == naive.inFlight(account), "\(account)")
                if let most = naive.bounds[account]?.maxBudget, let status {
                    #expect(status.spent + status.reserved <= most + status.overrun, "\(account)")
                }
            }
        }

        mutating func end() throws {
            while let taken = takeOpen() {
                state.release(taken.grant)
                naive.settle(taken.number, nil)
            }
            compare()
            #expect(state.openReservations == 0)
            if let batch = state.takeBatch() { store.write(batch) }
            let nothing = state.takeBatch()
            #expect(nothing == nil)
            #expect(store.total(.global).money == charged)
            for account in naive.bounds.keys {
                #expect(
                    state.status(of: account, at: Samples.time(seconds))?.total == store.total(account), "\(account)")
                for (window, money) in naive.settled(account) {
                    #expect((store.tally(account, from: window)?.money ?? .zero) == money, "\(account)")
                }
            }
            // And a ledger that begins with what is written is the same.
            var image = state.image()
            image.sums = store.sums
            let again = LedgerState(image, settings: state.settings, origin: 9, at: now)
            for account in naive.bounds.keys {
                #expect(
                    again.status(of: account, at: Samples.time(seconds))
                        == state.status(of: account, at: Samples.time(seconds)))
            }
        }
    }
}
