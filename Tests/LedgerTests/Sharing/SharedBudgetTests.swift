import Testing

@testable import Ledger

/// Several gateways over one store: words that are lost before or behind the store, gateways that die, gateways that come.
@Suite struct SharedBudgetTests {
    // Behind the sixty: two that passed a budget, and three that left some of one to nobody.
    @Test(arguments: Array(1...60) + [770, 1425, 73, 87, 155] as [UInt64])
    func `gateways together never overspend, and the last of a budget can be used`(seed: UInt64) throws {
        var pool = try Pool(seed: seed)
        for _ in 0..<600 { try pool.step() }
        try pool.drain()
        #expect(pool.deaths > 0 && pool.losses > 0 && pool.granted > 20)
    }

    /// Gateways, the store, and what was really spent.
    private struct Pool {
        static let budgets: [(AccountName, Double)] = [
            (.key(Samples.hash("sk-1")), 10), (.key(Samples.hash("sk-2")), 6), (.team("t"), 12),
        ]

        struct Open {
            let gateway: UInt64
            let grant: Grant
            let rows: [PotStore.Row]
        }

        var random: Generator
        var seconds = 0.0
        var store = PotStore()
        var gateways: [UInt64: LedgerState] = [:]
        /// A batch whose answer was lost.
        var pending: [UInt64: LedgerBatch] = [:]
        var open: [Open] = []
        var truth: [PotStore.Row: Money] = [:]
        let period: String?
        var (deaths, losses, granted) = (0, 0, 0)

        init(seed: UInt64) throws {
            random = Generator(seed: seed)
            period = seed % 3 == 0 ? "1h" : nil
            for _ in 0..<Int.random(in: 2...4, using: &random) { try join() }
        }

        var now: LedgerTime { Samples.time(seconds) }

        mutating func join() throws {
            let gateway = UInt64(gateways.count + deaths + 1)
            var team = Samples.team()
            team.allowance = Samples.allowance(12, period)
            let keys = [("sk-1", 10.0), ("sk-2", 6.0)].map { name, most in
                Samples.key(name) { ($0.allowance, $0.teamID) = (Samples.allowance(most, period), "t") }
            }
            var image = LedgerImage()
            (image.isShared, image.teams, image.keys) = (true, [team], keys)
            image.sums = store.spent.map { row, money in
                AccountSum(
                    account: row.account,
                    window: BudgetWindow(start: row.start, end: window(from: row.start).end), tally: Tally(money: money)
                )
            }
            gateways[gateway] = LedgerState(image, origin: gateway, at: Samples.wall())
            store.living.insert(gateway)
        }

        func window(from start: WallTime) -> BudgetWindow {
            period.flatMap { BudgetPeriod($0) }?.window(containing: start, anchor: start) ?? .endless
        }

        mutating func step() throws {
            seconds += 0.02
            guard let gateway = gateways.keys.sorted().randomElement(using: &random) else { return try join() }
            switch Int.random(in: 0..<100, using: &random) {
            case 0..<40:
                let most = try ask(
                    gateway, Double.random(in: 0.01...1.5, using: &random), key: Bool.random(using: &random) ? 1 : 2)
                if most != nil { granted += 1 }
            case 40..<60: settle(Double.random(in: 0...1, using: &random))
            case 60..<64: release()
            case 64..<88: tell(gateway, Int.random(in: 0..<10, using: &random))
            case 88..<97: write(gateway, losesAnswer: Int.random(in: 0..<5, using: &random) == 0)
            case 97: if Int.random(in: 0..<3, using: &random) == 0 { die(gateway) }
            case 98: if gateways.count < 5 { try join() }
            default: seconds += Double.random(in: 0...(period == nil ? 90 : 2_500), using: &random)
            }
            check()
        }

        mutating func ask(_ gateway: UInt64, _ bound: Double, key: Int) throws -> Money? {
            let verdict = try gateways[gateway]!.ask("sk-\(key)", bound, at: seconds)
            guard case .granted(let grant) = verdict else { return nil }
            let names = [AccountName.key(Samples.hash("sk-\(key)")), .team("t")]
            let rows = names.map { name in
                PotStore.Row(account: name, start: gateways[gateway]!.status(of: name, at: now)!.window.start)
            }
            open.append(Open(gateway: gateway, grant: grant, rows: rows))
            return grant.money
        }

        mutating func settle(_ part: Double) {
            guard let index = open.indices.randomElement(using: &random) else { return }
            settle(index, part)
        }

        mutating func settle(_ index: Int, _ part: Double) {
            let done = open.remove(at: index)
            let cost = Money(picodollars: Int64(Double(done.grant.money.picodollars) * part))
            gateways[done.gateway]!.settle(
                done.grant, Charge(money: cost, promptTokens: 1, completionTokens: 1), at: now)
            for row in done.rows { truth[row, default: .zero] += cost }
        }

        mutating func release() {
            guard let index = open.indices.randomElement(using: &random) else { return }
            let done = open.remove(at: index)
            gateways[done.gateway]!.release(done.grant)
        }

        /// Of ten words one is lost on its way there, and one on its way back.
        mutating func tell(_ gateway: UInt64, _ luck: Int) {
            let report = gateways[gateway]!.report(at: now)
            if luck < 2 { losses += 1 }
            guard luck != 0, let news = store.tell(report), luck != 1 else { return }
            gateways[gateway]!.hear(news, of: report, at: now)
        }

        mutating func write(_ gateway: UInt64, losesAnswer: Bool) {
            if let batch = pending.removeValue(forKey: gateway) { store.write(batch) }
            guard let batch = gateways[gateway]!.takeBatch() else { return }
            store.write(batch)
            if losesAnswer { pending[gateway] = batch }
        }

        /// Everything that was under way there has cost all that it may.
        mutating func die(_ gateway: UInt64) {
            for done in open where done.gateway == gateway {
                for row in done.rows { truth[row, default: .zero] += done.grant.money }
            }
            open.removeAll { $0.gateway == gateway }
            (gateways[gateway], pending[gateway]) = (nil, nil)
            store.forget(gateway)
            deaths += 1
        }

        func check() {
            for (name, most) in Self.budgets {
                for (row, money) in truth where row.account == name {
                    #expect(money <= Samples.dollars(most), "\(row)")
                }
                for (gateway, state) in gateways {
                    let account = state.table.accounts[Int(state.table.place(of: name)!)]
                    let row = PotStore.Row(account: name, start: account.window.bounds.start)
                    let ceiling = store.parts[row]?[gateway]?.ceiling ?? .zero
                    #expect(account.used <= ceiling, "\(gateway) spends what it was not given: \(row)")
                }
            }
        }

        /// Everybody asks until nobody gets anything.
        mutating func drain() throws {
            if gateways.isEmpty { try join() }
            while let gateway = gateways.keys.min(), deaths == 0, gateways.count > 1 { die(gateway) }
            tell(gateways.keys.min()!, 0)
            while !open.isEmpty { settle(0, 0.5) }
            var last: WallTime?
            for round in 0..<300 {
                seconds += 0.02
                for gateway in gateways.keys.sorted() {
                    for key in 1...2 { _ = try ask(gateway, 0.7, key: key) }
                    tell(gateway, 9)
                    if round % 3 == 0 { write(gateway, losesAnswer: false) }
                }
                while !open.isEmpty { settle(0, 1) }
                last = gateways.values.first?.status(of: .team("t"), at: now)?.window.start
                check()
            }
            for gateway in gateways.keys { write(gateway, losesAnswer: false) }
            // The team's budget ends, or both keys' do, of which a gateway that is gone may have had more in hand.
            let isUsed = Self.budgets.map { name, most in
                store.spentOrLost(PotStore.Row(account: name, start: last!)) >= Samples.dollars(most * 0.95)
            }
            #expect(isUsed[2] || isUsed[0] && isUsed[1], "\(isUsed)")
        }
    }

    @Test func `one that does not suffice waits, and the store's answer lets it through`() throws {
        var store = PotStore()
        store.living = [1]
        var state = try alone()
        guard case .held = try state.ask(3) else { Issue.record("nothing was given yet"); return }
        let report = state.report(at: Samples.time())
        state.hear(store.tell(report)!, of: report, at: Samples.time())
        #expect(try state.get(3).money == Samples.dollars(3))
        // The stock: the next one like it waits for nobody once the store has heard of the first.
        let next = state.report(at: Samples.time(0.25))
        state.hear(store.tell(next)!, of: next, at: Samples.time(0.25))
        #expect(try state.get(3, at: 0.3).money == Samples.dollars(3))
    }

    @Test func `one that waits with its key's part for its team's keeps it, and not the other way round`() throws {
        let key = AccountName.key(Samples.hash("sk-1"))
        let team = AccountName.team("t")
        for (has, lacks, isKept) in [(key, team, true), (team, key, false)] {
            var image = LedgerImage()
            image.isShared = true
            image.teams = [Samples.team { $0.allowance = Samples.allowance(12) }]
            image.keys = [Samples.key { ($0.allowance, $0.teamID) = (Samples.allowance(10), "t") }]
            var state = LedgerState(image, origin: 1, at: Samples.wall())
            guard case .held = try state.ask(3) else { Issue.record("nothing was given yet"); return }
            var report = state.report(at: Samples.time())
            var news = ShareNews()
            for ask in report.asks {
                let ceiling = ask.account == has ? Samples.dollars(3) : .zero
                news.grants.append(
                    ShareGrant(
                        account: ask.account, asked: ask.window.start, window: ask.window, ceiling: ceiling,
                        others: .zero, lost: .zero))
            }
            // Others need both.
            news.wanted = [has, lacks]
            state.hear(news, of: report, at: Samples.time())
            guard case .held = try state.ask(3) else { Issue.record("a part is missing"); return }
            report = state.report(at: Samples.time(0.1))
            let kept = report.asks.first { $0.account == has }?.kept ?? Samples.dollars(3)
            #expect(kept == (isKept ? Samples.dollars(3) : .zero))
            #expect(report.asks.contains { $0.account == lacks && $0.need == Samples.dollars(3) })
        }
    }

    @Test func `a part that was freed at rest still covers what was spent of it`() throws {
        var state = try alone()
        guard case .held = try state.ask(2) else { Issue.record("nothing was given yet"); return }
        var report = state.report(at: Samples.time())
        let ask = try #require(report.asks.first)
        func grant(_ dollars: Double) -> ShareNews {
            var news = ShareNews()
            news.grants = [
                ShareGrant(
                    account: ask.account, asked: ask.window.start, window: ask.window,
                    ceiling: Samples.dollars(dollars), others: .zero, lost: .zero)
            ]
            return news
        }
        state.hear(grant(2), of: report, at: Samples.time())
        state.pay(try state.get(2), 2)
        // After a minute at rest nothing is said of it any more, and the next request asks anew.
        for second in [100.0, 101] { report = state.report(at: Samples.time(second)) }
        guard case .held = try state.ask(2, at: 102) else { Issue.record("two are spent"); return }
        report = state.report(at: Samples.time(102))
        #expect(report.asks.map(\.kept) == [Samples.dollars(2)])
        #expect(report.asks.map(\.need) == [Samples.dollars(4)])
    }

    @Test func `a refusal is one of the whole budget, not of a part of it`() throws {
        var state = try alone()
        guard case .refused = try state.ask(11, least: 10.5) else { Issue.record("it fits nowhere"); return }
        guard case .held = try state.ask(1) else { Issue.record("it fits once the store gives it"); return }
    }

    @Test func `the store is asked at once for what waits, and not for what is refused`() throws {
        var state = try alone()
        guard case .refused = try state.ask(11, least: 10.5) else { Issue.record("it fits nowhere"); return }
        let isAskingInVain = state.takeAsking()
        #expect(!isAskingInVain)
        guard case .held = try state.ask(1) else { Issue.record("it fits once the store gives it"); return }
        let isAsking = state.takeAsking()
        #expect(isAsking)
    }

    @Test func `others' spend on a key that is not known yet counts once it is`() throws {
        var image = LedgerImage()
        image.isShared = true
        var state = LedgerState(image, origin: 1, at: Samples.wall())
        let key = AccountName.key(Samples.hash("sk-1"))
        var news = ShareNews()
        news.spent = [OthersSpend(account: key, window: .endless, money: Samples.dollars(3))]
        state.hear(news, of: state.report(at: Samples.time()), at: Samples.time())
        news.spent = [OthersSpend(account: key, window: .endless, money: Samples.dollars(4))]
        news.isShared = true
        state.hear(news, of: state.report(at: Samples.time()), at: Samples.time())
        news.spent = []
        news.changes = [.init(.putKey(Samples.key { $0.allowance = Samples.allowance(10) }), at: Samples.wall(1))]
        news.isSole = true
        state.hear(news, of: state.report(at: Samples.time(1)), at: Samples.time(1))
        #expect(!state.isShared && state.status(of: key, at: Samples.time(1))?.spent == Samples.dollars(4))
        guard case .refused = try state.ask(7, least: 6.5, at: 1) else { Issue.record("six are left"); return }
        #expect(try state.get(6, at: 1).money == Samples.dollars(6))
    }

    @Test func `others' spend counts on the account, and is not written again`() throws {
        var state = try alone()
        var news = ShareNews()
        let key = AccountName.key(Samples.hash("sk-1"))
        news.spent = [OthersSpend(account: key, window: .endless, money: Samples.dollars(4))]
        _ = state.takeBatch()
        let report = state.report(at: Samples.time())
        state.hear(news, of: report, at: Samples.time())
        state.hear(news, of: report, at: Samples.time())
        #expect(state.status(of: key, at: Samples.time())?.spent == Samples.dollars(4))
        #expect(state.takeBatch() == nil)
        guard case .refused = try state.ask(7, least: 6.5) else { Issue.record("six are left"); return }
    }

    @Test func `a change of another gateway holds, and the second key of an alias works without it`() throws {
        var state = try alone()
        var news = ShareNews()
        var blocked = Samples.key()
        blocked.isBlocked = true
        (blocked.alias, blocked.allowance) = ("a", Samples.allowance(10))
        let second = Samples.key("sk-2") { $0.alias = "a" }
        news.changes = [.init(.putKey(blocked), at: Samples.wall(1)), .init(.putKey(second), at: Samples.wall(2))]
        state.hear(news, of: state.report(at: Samples.time(3)), at: Samples.time(3))
        #expect(throws: LedgerRefusal.keyBlocked) { try state.pass(for: Samples.hash("sk-1"), at: Samples.wall(3)) }
        #expect(try state.pass(for: Samples.hash("sk-2"), at: Samples.wall(3)).facts.key.alias == nil)
    }

    @Test func `what was promised before budgets were shared is declared`() throws {
        var state = try Samples.ledger([.putKey(Samples.key { $0.allowance = Samples.allowance(10) })])
        let grant = try state.get(4)
        state.share()
        let report = state.report(at: Samples.time(1))
        #expect(report.asks.map(\.need) == [Samples.dollars(4)] && report.asks.map(\.isForced) == [true])
        // Until the store has heard it, it is said again.
        #expect(state.report(at: Samples.time(1)).asks == report.asks)
        var store = PotStore()
        store.living = [7, 8]
        state.hear(store.tell(report)!, of: report, at: Samples.time(1))
        #expect(state.report(at: Samples.time(1)).asks.allSatisfy { !$0.isForced })
        state.pay(grant, 1, at: 1)
        #expect(state.openReservations == 0)
    }

    @Test func `what is under way when a budget is set counts in it everywhere`() throws {
        var image = LedgerImage()
        (image.isShared, image.keys) = (true, [Samples.key()])
        var state = LedgerState(image, origin: 1, at: Samples.wall())
        let grant = try state.get(4)
        try state.apply(.putKey(Samples.key { $0.allowance = Samples.allowance(10) }), at: Samples.wall(1))
        let report = state.report(at: Samples.time(1))
        #expect(report.asks.map(\.need) == [Samples.dollars(4)] && report.asks.map(\.isForced) == [true])
        state.pay(grant, 1, at: 1)
    }

    @Test func `a window that another gateway has begun is gone on with`() throws {
        var state = try alone("1h", at: 5)
        guard case .held = try state.ask(2, at: 6) else { Issue.record("nothing was given yet"); return }
        let report = state.report(at: Samples.time(6))
        let ask = try #require(report.asks.first)
        var news = ShareNews()
        let window = BudgetWindow(start: Samples.wall(2), end: Samples.wall(3_602))
        news.grants = [
            ShareGrant(
                account: ask.account, asked: ask.window.start, window: window, ceiling: Samples.dollars(2),
                others: Samples.dollars(1), lost: .zero)
        ]
        state.hear(news, of: report, at: Samples.time(6))
        state.pay(try state.get(2, at: 7), 2, at: 8)
        let sums = state.takeBatch()?.sums.filter { $0.account == ask.account && $0.tally.money > .zero }
        #expect(sums?.map(\.window) == [window])
        #expect(state.status(of: ask.account, at: Samples.time(8))?.spent == Samples.dollars(3))
    }

    private func alone(_ period: String? = nil, at seconds: Double = 0) throws -> LedgerState {
        var image = LedgerImage()
        image.isShared = true
        image.keys = [Samples.key { $0.allowance = Samples.allowance(10, period) }]
        return LedgerState(image, origin: 1, at: Samples.wall(seconds))
    }
}
