/// An account's sums as a store has them, put together: the last window, and everything before.
struct AccountHistory: Sendable, Equatable {
    private(set) var window: BudgetWindow
    private(set) var tally: Tally
    private(set) var earlier = Tally()
    /// Spent in the last window by this gateway since its start; part of `tally`.
    private(set) var mine = Money.zero

    init(_ sum: AccountSum) { (window, tally) = (sum.window, sum.tally) }

    init(window: BudgetWindow, tally: Tally, earlier: Tally, mine: Money = .zero) {
        (self.window, self.tally, self.earlier, self.mine) = (window, tally, earlier, mine)
    }

    /// The sums of an account of this name: that of its last window, and one of everything before, where there was something.
    func sums(of name: AccountName) -> [AccountSum] {
        let last = AccountSum(account: name, window: window, tally: tally)
        guard earlier != Tally() else { return [last] }
        let before = BudgetWindow(start: WallTime(microseconds: .min), end: window.start)
        return [AccountSum(account: name, window: before, tally: earlier), last]
    }

    /// Takes another sum of the account.
    mutating func add(_ sum: AccountSum) {
        if sum.window.start == window.start {
            tally += sum.tally
            window.end = sum.window.end
        } else if sum.window.start > window.start {
            earlier += tally
            (window, tally) = (sum.window, sum.tally)
        } else {
            earlier += sum.tally
        }
    }

    /// Takes what all others have spent in a window; of one before the last, all is known already.
    mutating func hear(others money: Money, in other: BudgetWindow) {
        if other.start > window.start {
            earlier += tally
            (window, tally, mine) = (other, Tally(), .zero)
        }
        guard other.start == window.start else { return }
        window.end = other.end
        tally.money = money + mine
    }

    /// All accounts of these sums.
    static func all(of sums: [AccountSum]) -> [AccountName: AccountHistory] {
        var histories: [AccountName: AccountHistory] = [:]
        for sum in sums {
            if histories[sum.account] == nil {
                histories[sum.account] = AccountHistory(sum)
            } else {
                histories[sum.account]?.add(sum)
            }
        }
        return histories
    }
}
