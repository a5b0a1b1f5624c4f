/// This gateway's part of an account's budget in one window, and what it has use for.
struct AccountShare: Sendable {
    /// The account's place; -1: it is nobody's.
    var account: Int32 = -1
    /// The start of the window.
    var window = WallTime(microseconds: 0)
    /// No more than this is spent and promised here in the window.
    var ceiling = Money.zero
    /// The ceiling of the store's last word.
    var told = Money.zero
    /// Promised to gateways that are gone, and perhaps spent.
    var lost = Money.zero
    /// The most, and the sum, of what was asked for in vain since the last report.
    private(set) var missed = Money.zero
    private(set) var missedSum = Money.zero
    /// The most that one request has here and waits with for another account's part.
    private var held = Money.zero
    /// The most of one request, and the most that was promised at one time, lately.
    private(set) var usual = Money.zero
    private(set) var peak = Money.zero
    private var lastUse: Int64
    /// Until then others need what is not in use.
    var wantedUntil: Int64 = .min

    /// A minute without a request, and the stock goes back.
    private static let rest: Int64 = 60_000_000_000

    init(account: Int32 = -1, at now: Int64 = 0) { (self.account, lastUse) = (account, now) }

    /// A request did not fit. One that asks again is counted again, which costs nothing but stock.
    mutating func miss(_ bound: Money, at now: Int64) {
        missed = max(missed, bound)
        missedSum += bound
        (usual, lastUse) = (max(usual, bound), now)
    }

    /// A request fits here, and waits for its part of another account: this one is kept for it, also where others need it.
    mutating func hold(_ bound: Money, at now: Int64) { (held, lastUse) = (max(held, bound), now) }

    /// A request was granted. True when the next one like it would not be.
    mutating func use(_ amount: Money, used: Money, reserved: Money, at now: Int64) -> Bool {
        (usual, peak, lastUse) = (max(usual, amount), max(peak, reserved), now)
        return ceiling - used < usual
    }

    /// A window in which no more is promised than was used.
    mutating func begin(_ window: WallTime, with used: Money) {
        (self.window, ceiling, told, lost) = (window, used, used, .zero)
    }

    /// Whether it is of no use to anybody, and the store knows.
    func isDone(used: Money, reserved: Money, at now: Int64) -> Bool {
        isAtRest(now) && reserved == .zero && ceiling <= used && told == ceiling && missed == .zero
    }

    private func isAtRest(_ now: Int64) -> Bool { now - lastUse > Self.rest }

    /// What to ask the store for; nil: nothing. What goes back is not spent from here on, whether the store hears it or not.
    /// - Parameters:
    ///   - used: spent here in the window, and promised.
    ///   - most: the budget; nil: there is none any more.
    mutating func ask(
        _ account: AccountName, _ window: BudgetWindow, used: Money, reserved: Money, most: Money?, at now: Int64
    ) -> ShareAsk? {
        defer { (missed, missedSum, held) = (.zero, .zero, .zero) }
        peak = max(reserved, peak - Money(picodollars: peak.picodollars / 16))
        if isAtRest(now) { (usual, peak) = (.zero, .zero) }
        let stock = most == nil ? .zero : max(held, now < wantedUntil ? .zero : max(usual, peak))
        let spare = ceiling - used
        func ask(kept: Money, need: Money, wish: Money) -> ShareAsk {
            ShareAsk(account: account, window: window, most: most ?? .zero, kept: kept, need: need, wish: wish)
        }
        if missed > .zero, spare < missed, most != nil {
            // Too little to be of use, and perhaps enough for another gateway.
            ceiling = min(ceiling, used + held)
            return ask(kept: ceiling, need: used + missed, wish: used + max(missedSum, missed + stock))
        }
        if spare + spare < stock { return ask(kept: ceiling, need: ceiling, wish: used + stock) }
        guard spare > stock + stock || told != ceiling else { return nil }
        ceiling = min(ceiling, used + stock)
        return ask(kept: ceiling, need: ceiling, wish: ceiling)
    }
}
