/// The bounds of one who spends: money by the window, and how fast. A bound that is nil does not bind.
public struct Allowance: Sendable, Equatable, Codable {
    /// Never spent more than this in one window.
    public var maxBudget: Money?
    /// An alert, once per window, when this is passed.
    public var softBudget: Money?
    /// The window; nil: one that never ends.
    public var budgetDuration: BudgetPeriod?
    /// More money for once, up to a moment.
    public var temporaryIncrease: TemporaryIncrease?
    /// Requests in any 60 seconds.
    public var requestsPerMinute: Int?
    /// Tokens in any 60 seconds.
    public var tokensPerMinute: Int?
    /// Requests at one time.
    public var parallelRequests: Int?

    /// More money for once.
    public struct TemporaryIncrease: Sendable, Equatable, Codable {
        /// On top of `maxBudget`.
        public var amount: Money
        /// It is worth nothing from here on.
        public var until: WallTime

        /// So much until then.
        public init(amount: Money, until: WallTime) {
            self.amount = amount
            self.until = until
        }
    }

    /// Bounds of nothing.
    public init() {}

    /// These bounds, and where one is missing the other's.
    func filled(from other: Allowance) -> Allowance {
        var all = self
        all.maxBudget = maxBudget ?? other.maxBudget
        all.softBudget = softBudget ?? other.softBudget
        all.budgetDuration = budgetDuration ?? other.budgetDuration
        all.temporaryIncrease = temporaryIncrease ?? other.temporaryIncrease
        all.requestsPerMinute = requestsPerMinute ?? other.requestsPerMinute
        all.tokensPerMinute = tokensPerMinute ?? other.tokensPerMinute
        all.parallelRequests = parallelRequests ?? other.parallelRequests
        return all
    }
}
