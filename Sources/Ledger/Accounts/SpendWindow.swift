/// The money of one account in the window that counts now: what is spent, and what is promised.
struct SpendWindow: Sendable, Equatable {
    /// From when to when.
    private(set) var bounds: BudgetWindow
    /// Settled in it.
    private(set) var tally = Tally()
    /// Promised in it, in picodollars. Wider than `Money`, which stops at its end: a sum that stopped would not come back to
    /// zero.
    private(set) var reserved: Int128 = 0
    /// Whether the alert of the soft budget was given.
    private(set) var softIsTold = false

    /// Of nothing, or what was spent in it before.
    init(_ bounds: BudgetWindow, tally: Tally = Tally()) {
        (self.bounds, self.tally) = (bounds, tally)
    }

    /// Ends the window when its end has come. True when a new one has begun, in which nothing is spent or promised: what
    /// was promised in the old one is settled there.
    ///
    /// It begins where the old one ended or later, also where the period was changed: an account's last window is the one
    /// that begins last.
    mutating func roll(to now: WallTime, period: BudgetPeriod?) -> Bool {
        guard now >= bounds.end else { return false }
        var next = period?.window(containing: now, anchor: bounds.end) ?? .endless
        next.start = max(next.start, bounds.end)
        self = SpendWindow(next)
        return true
    }

    /// Another period: what is spent and promised stays, and the window ends when one of the new period would.
    mutating func take(period: BudgetPeriod?, at now: WallTime) {
        bounds.end = period?.window(containing: now, anchor: now).end ?? .never
    }

    /// Other bounds: what is spent and promised stays.
    mutating func move(to bounds: BudgetWindow) { self.bounds = bounds }

    /// The rest of a bound if everything promised costs nothing, and if it costs all that is promised, in picodollars.
    func left(of most: Money) -> (free: Int128, room: Int128) {
        let free = Int128(most.picodollars) - Int128(tally.money.picodollars)
        return (free, free - reserved)
    }

    /// Promised in it, or the end that it passes.
    var reservedMoney: Money { Money(picodollars: Int64(clamping: reserved)) }

    /// Promises an amount.
    mutating func reserve(_ amount: Money) { reserved += Int128(amount.picodollars) }

    /// Gives a promise back.
    mutating func release(_ amount: Money) { reserved -= Int128(amount.picodollars) }

    /// Books a cost.
    mutating func add(_ charge: Tally) { tally += charge }

    /// Takes what all gateways together have spent in it.
    mutating func hear(_ money: Money) { tally.money = money }

    /// Another soft budget: its alert was not given.
    mutating func softChanged() { softIsTold = false }

    /// Whether an alert is due now: once in the window, when the soft budget is reached.
    mutating func reaches(soft: Money?) -> Bool {
        guard let soft, !softIsTold, tally.money >= soft else { return false }
        softIsTold = true
        return true
    }
}
