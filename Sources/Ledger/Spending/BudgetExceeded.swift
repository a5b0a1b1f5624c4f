/// A budget with nothing left.
public struct BudgetExceeded: Sendable, Equatable {
    /// The first account that has nothing left.
    public var account: AccountName
    /// Its name for people: `tiny (sk-...XakQ)` for a key, else its id.
    public var label: String
    /// Spent in this window.
    public var spent: Money
    /// Promised to requests that are under way.
    public var reserved: Money
    /// Never more than this in the window.
    public var most: Money
    /// When there is more; `WallTime.never` for a budget without a period.
    public var resets: WallTime
}
