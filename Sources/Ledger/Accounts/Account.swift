/// One who spends: its bounds, its window, and the sums that are not written yet.
struct Account: Sendable {
    /// Never more than this in one window, without a temporary increase.
    private(set) var most: Money?
    /// Where an alert is due.
    private(set) var soft: Money?
    /// More money for once.
    private var increase: Allowance.TemporaryIncrease?
    private var period: BudgetPeriod?
    /// The window that counts now.
    private(set) var window: SpendWindow
    /// Everything outside of that window.
    private var earlier: Tally
    /// Requests under way, whichever window they began in.
    private(set) var inFlight = 0
    /// Spent in the window by this gateway, written or not: all but what others have spent, and what was read at the start.
    private(set) var mine = Money.zero
    /// Booked in the window and not handed out for writing.
    private var unwritten = Tally()
    /// Whether something is to be handed out, be it only the window's end.
    private(set) var isDirty = false
    /// Whether nobody will ask on it again.
    var isRetired = false
    /// The place of its limits by the minute; -1 for none.
    var rates: Int32 = -1
    /// The place of its limits of single models; -1 for none.
    var models: Int32 = -1
    /// The place of this gateway's part of its budget; -1 for none.
    var share: Int32 = -1
    /// Whether it has a window to go on with.
    private var state = State.new

    private enum State: Sendable {
        /// Nothing was ever spent on it.
        case new
        /// It was read back, and nobody has said since when its windows end.
        case restored
        /// Its window is one of its period.
        case bound
    }

    /// A new account; its window is made when it is bound.
    init() { (window, earlier) = (SpendWindow(.endless), Tally()) }

    /// An account as it was written.
    init(restoring sums: AccountHistory) {
        window = SpendWindow(sums.window, tally: sums.tally)
        (earlier, mine) = (sums.earlier, sums.mine)
        state = .restored
    }

    /// Takes bounds. A new account's window begins. One that has a window of another period keeps what is spent in it, and
    /// it ends when one of the new period would; then it is to be written, as the store knows the old end. A window that has
    /// ended stays ended.
    /// - Returns: The sum of a window that ended, where it is not written yet.
    mutating func bind(_ bounds: AccountBounds, at now: WallTime) -> (BudgetWindow, Tally)? {
        let ended = state == .new ? nil : roll(to: now, period: bounds.period)
        // An alert that was due before the restart has been given; one of another bound has not.
        if state == .restored {
            _ = window.reaches(soft: Self.warning(bounds.soft, bounds.most))
        } else if warning != Self.warning(bounds.soft, bounds.most) {
            window.softChanged()
        }
        (most, soft, increase) = (bounds.most, bounds.soft, bounds.increase)
        let change = state == .bound && period != bounds.period || state == .restored && !goesOn(bounds.period, at: now)
        defer { (period, state) = (bounds.period, .bound) }
        switch (state, bounds.period) {
        case (.new, let period?):
            window = SpendWindow(period.window(containing: now, anchor: now))
            isDirty = true
        case (.new, nil): break
        case (.restored, let period), (.bound, let period):
            guard change else { break }
            window.take(period: period, at: now)
            isDirty = true
        }
        return ended
    }

    /// Takes what was spent before, which is known only now. A window of before that goes on is the one that counts, and what
    /// was spent since is spent in it.
    mutating func goOn(with history: AccountHistory, at now: WallTime) {
        earlier += history.earlier
        guard now < history.window.end else {
            // An account's last window is the one that begins last, also for who reads its sums back.
            window.move(
                to: BudgetWindow(start: max(window.bounds.start, history.window.end), end: window.bounds.end))
            return earlier += history.tally
        }
        let isSame = period.map { $0.fits(history.window, at: now) } ?? (history.window.end == .never)
        let end = isSame ? history.window.end : window.bounds.end
        window.move(to: BudgetWindow(start: history.window.start, end: end))
        window.add(history.tally)
        if let soft, history.tally.money >= soft { _ = window.reaches(soft: soft) }
        isDirty = isDirty || end != history.window.end
    }

    private func goesOn(_ period: BudgetPeriod?, at now: WallTime) -> Bool {
        guard let period else { return window.bounds.end == .never }
        return period.fits(window.bounds, at: now)
    }

    /// The bound that holds now, a temporary increase included.
    func most(at now: WallTime) -> Money? {
        guard let most else { return nil }
        guard let increase, now < increase.until else { return most }
        return most + increase.amount
    }

    /// What is spent in the window of that moment.
    func spent(at now: WallTime) -> Money { now < window.bounds.end ? window.tally.money : .zero }

    /// Everything since the account exists.
    var total: Tally {
        var total = earlier
        total += window.tally
        return total
    }

    /// Its sums, for a ledger that begins with them.
    var history: AccountHistory {
        AccountHistory(window: window.bounds, tally: window.tally, earlier: earlier, mine: mine)
    }

    // MARK: Windows

    /// Begins a new window when its end has come. Hands out the sum of the old one that is not written yet.
    mutating func roll(to now: WallTime) -> (BudgetWindow, Tally)? { roll(to: now, period: period) }

    private mutating func roll(to now: WallTime, period: BudgetPeriod?) -> (BudgetWindow, Tally)? {
        let old = window
        guard window.roll(to: now, period: period) else { return nil }
        earlier += old.tally
        mine = .zero
        defer { (unwritten, isDirty) = (Tally(), false) }
        return isDirty ? (old.bounds, unwritten) : nil
    }

    /// Hands out the sum that is not written yet.
    mutating func takeUnwritten() -> (BudgetWindow, Tally) {
        defer { (unwritten, isDirty) = (Tally(), false) }
        return (window.bounds, unwritten)
    }

    // MARK: Requests

    /// A request begins that may cost so much.
    mutating func begin(reserving amount: Money) {
        window.reserve(amount)
        inFlight += 1
    }

    /// A request is over that was begun in the window of that start, and that cost nothing so far.
    mutating func end(reserved amount: Money, in start: WallTime) {
        if start == window.bounds.start { window.release(amount) }
        inFlight -= 1
    }

    /// A request goes on that was begun in the window of that start, and may cost another amount now.
    mutating func keep(_ amount: Money, insteadOf before: Money, in start: WallTime) {
        guard start == window.bounds.start else { return }
        window.release(before)
        window.reserve(amount)
    }

    /// Books a cost in the window of that start. False when that one is over: then it is to be written as a sum of its own.
    mutating func charge(_ tally: Tally, in start: WallTime) -> Bool {
        guard start == window.bounds.start else {
            earlier += tally
            return false
        }
        window.add(tally)
        mine += tally.money
        unwritten += tally
        isDirty = true
        return true
    }

    /// Whether it has a budget.
    var isBudgeted: Bool { most != nil }

    /// Spent in the window by this gateway, and promised in it.
    var used: Money { mine + window.reservedMoney }

    /// Takes what all others have spent in the window.
    mutating func hear(others: Money) { window.hear(others + mine) }

    /// Goes on in the window that the other gateways have.
    mutating func adopt(_ bounds: BudgetWindow) { window.move(to: bounds) }

    /// Whether the alert before the end is due.
    mutating func reachesWarning() -> Bool { window.reaches(soft: warning) }

    /// From here on an operator is told: the soft budget, else 85 % of the budget. A budget of nothing is never near its end.
    var warning: Money? { Self.warning(soft, most) }

    private static func warning(_ soft: Money?, _ most: Money?) -> Money? {
        soft ?? most.flatMap { $0 == .zero ? nil : Money(picodollars: $0.picodollars / 20 * 17) }
    }

    /// The window of a start that is over.
    func pastWindow(from start: WallTime) -> BudgetWindow {
        BudgetWindow(start: start, end: period?.window(containing: start, anchor: start).end ?? window.bounds.start)
    }
}
