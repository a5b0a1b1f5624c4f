import Ledger
import LedgerStore
import Testing

/// A ledger that begins anew from its store is the ledger that ended.
@Suite struct RestartTests {
    let scratch = Scratch()

    @Test(arguments: 1..<9 as Range<UInt64>)
    func `every account stands after a restart as it stood before`(_ seed: UInt64) async throws {
        var dice = Dice(state: seed)
        var now = LedgerTime(wall: .at(day: 20_000, second: 3_600), ticks: 0)
        let store = try scratch.store()
        let stamps = Stamps(at: now.wall, by: "root")
        let keys = (0..<4).map { KeyHash("sk-\($0)") }

        var changes: [DirectoryChange] = []
        for (number, period) in ["1h", "1d", "7d", nil].enumerated() {
            var team = Team(id: "team-\(number % 2)", stamps: stamps)
            team.allowance.maxBudget = Money(picodollars: 2_000_000_000_000)
            team.allowance.budgetDuration = BudgetPeriod("1d")
            var user = User(id: "user-\(number % 3)", stamps: stamps)
            user.allowance.maxBudget = Money(picodollars: 3_000_000_000_000)
            var key = VirtualKey(hash: keys[number], name: "sk-...", stamps: stamps)
            key.teamID = team.id
            key.userID = user.id
            key.allowance.maxBudget = Money(picodollars: 1_000_000_000_000)
            key.allowance.budgetDuration = period.flatMap { BudgetPeriod($0) }
            changes += [.putTeam(team), .putUser(user), .putKey(key)]
        }
        try await store.apply(changes, audit: [])
        var ledger = SpendLedger(LedgerState(try await store.load(), origin: seed, at: now.wall))
        let accounts: [AccountName] =
            keys.map { .key($0) } + ["team-0", "team-1"].map { .team($0) }
            + ["user-0", "user-1", "user-2"].map { .user($0) }
            + [.provider("ollama"), .global]

        var restarts = 0
        for step in 0..<300 {
            let seconds = Int64.random(in: 0..<4_000, using: &dice)
            now = LedgerTime(
                wall: WallTime(microseconds: now.wall.microseconds + seconds * 1_000_000),
                ticks: now.ticks + seconds * 1_000_000_000)
            let pass = try ledger.pass(for: keys.randomElement(using: &dice)!, at: now.wall)
            let bound = Money(picodollars: .random(in: 1..<50_000_000_000, using: &dice))
            let claim = Claim(pass: pass, model: "m", provider: "ollama", bound: bound, tokens: 10)
            if case .granted(let reservation) = ledger.reserve(claim, at: now) {
                // Some cost more than they were allowed to.
                let money = Money(picodollars: .random(in: 0..<60_000_000_000, using: &dice))
                reservation.settle(Charge(money: money, promptTokens: 6, completionTokens: 4), at: now)
            }
            switch Int.random(in: 0..<20, using: &dice) {
            case 0..<5:
                guard let batch = ledger.takeBatch() else { continue }
                // An answer that was lost: it is handed over again.
                for _ in 0..<Int.random(in: 1..<3, using: &dice) { try await store.write(batch) }
            case 5:
                while let batch = ledger.takeBatch() { try await store.write(batch) }
                if Bool.random(using: &dice) { _ = try await store.prune(before: now.wall, at: now.wall) }
                let next = SpendLedger(
                    LedgerState(try await store.load(), origin: seed &+ UInt64(step) &* 1_000, at: now.wall))
                for account in accounts {
                    let (old, new) = (ledger.status(of: account, at: now), next.status(of: account, at: now))
                    #expect(old?.spent ?? .zero == new?.spent ?? .zero, "step \(step), \(account)")
                    #expect(old?.overrun ?? .zero == new?.overrun ?? .zero, "step \(step), \(account)")
                    #expect(old?.total ?? Tally() == new?.total ?? Tally(), "step \(step), \(account)")
                    #expect(old?.window == new?.window, "step \(step), \(account)")
                    #expect(old?.most == new?.most, "step \(step), \(account)")
                }
                ledger = next
                restarts += 1
            default: break
            }
        }
        #expect(restarts > 3)
        #expect(ledger.status(of: .key(keys[3]), at: now)?.total.requests ?? 0 > 10)
    }
}
