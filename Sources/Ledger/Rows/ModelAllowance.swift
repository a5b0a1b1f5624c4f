/// The bounds of one model within an allowance.
public struct ModelAllowance: Sendable, Equatable, Codable {
    /// Never more for this model in one window.
    public var maxBudget: Money?
    /// The window; nil: one that never ends.
    public var budgetDuration: BudgetPeriod?
    /// Requests for this model in any 60 seconds.
    public var requestsPerMinute: Int?
    /// Tokens of this model in any 60 seconds.
    public var tokensPerMinute: Int?

    /// Bounds of nothing.
    public init() {}
}
