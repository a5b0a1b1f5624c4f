/// The bounds of an account that have to do with money.
struct AccountBounds: Sendable, Equatable {
    /// Never more than this in one window.
    var most: Money?
    /// Where an alert is due.
    var soft: Money?
    /// More money for once.
    var increase: Allowance.TemporaryIncrease?
    /// The window; nil: one that never ends.
    var period: BudgetPeriod?

    init(_ allowance: Allowance) {
        most = allowance.maxBudget
        soft = allowance.softBudget
        increase = allowance.temporaryIncrease
        period = allowance.budgetDuration
    }

    init(_ allowance: ModelAllowance) {
        most = allowance.maxBudget
        period = allowance.budgetDuration
    }
}
