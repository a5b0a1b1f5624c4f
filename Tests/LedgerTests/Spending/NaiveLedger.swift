@testable import Ledger

/// Budgets as one would write them down without a thought of speed: all that ever happened, added up each time.
struct NaiveLedger {
    private struct Event {
        var window: WallTime
        var money: Money
        var isOpen: Bool
        var grant: Int
    }

    /// Of each account.
    let bounds: [AccountName: Allowance]
    private var events: [AccountName: [Event]] = [:]
    private var grants = 0

    init(bounds: [AccountName: Allowance]) { self.bounds = bounds }

    private func window(of account: AccountName, at now: WallTime) -> WallTime {
        let window = bounds[account]?.budgetDuration?.window(containing: now, anchor: Samples.wall())
        return window?.start ?? WallTime(microseconds: 0)
    }

    private func sum(_ account: AccountName, open: Bool, at now: WallTime) -> Money {
        let window = window(of: account, at: now)
        return (events[account] ?? []).reduce(.zero) {
            $1.window == window && $1.isOpen == open ? $0 + $1.money : $0
        }
    }

    func spent(_ account: AccountName, at now: WallTime) -> Money { sum(account, open: false, at: now) }

    func reserved(_ account: AccountName, at now: WallTime) -> Money { sum(account, open: true, at: now) }

    func inFlight(_ account: AccountName) -> Int { events[account]?.count(where: \.isOpen) ?? 0 }

    /// What was settled in each window.
    func settled(_ account: AccountName) -> [WallTime: Money] {
        (events[account] ?? []).reduce(into: [:]) { $0[$1.window, default: .zero] += $1.money }
    }

    /// What is reserved for a grant on an account, in its window.
    func kept(for grant: Int, on account: AccountName, at now: WallTime) -> Money {
        let window = window(of: account, at: now)
        return events[account]?.first { $0.grant == grant && $0.window == window && $0.isOpen }?.money ?? .zero
    }

    /// Whether an amount fits on all accounts, if those under way cost all that they reserved.
    func fits(_ money: Money, on accounts: [AccountName], at now: WallTime) -> Bool {
        accounts.allSatisfy { account in
            guard let most = bounds[account]?.maxBudget else { return true }
            return spent(account, at: now) + reserved(account, at: now) + money <= most
        }
    }

    mutating func grant(_ money: Money, on accounts: [AccountName], at now: WallTime) -> Int {
        grants += 1
        for account in accounts {
            let event = Event(window: window(of: account, at: now), money: money, isOpen: true, grant: grants)
            events[account, default: []].append(event)
        }
        return grants
    }

    /// A grant that is open keeps another amount.
    mutating func change(_ grant: Int, to money: Money) {
        for account in bounds.keys {
            guard let index = events[account]?.firstIndex(where: { $0.grant == grant }) else { continue }
            events[account]?[index].money = money
        }
    }

    /// A grant is over and has cost this; nil: nothing.
    mutating func settle(_ grant: Int, _ money: Money?) {
        for account in bounds.keys {
            guard let index = events[account]?.firstIndex(where: { $0.grant == grant }) else { continue }
            events[account]?[index].isOpen = false
            events[account]?[index].money = money ?? .zero
        }
    }
}
