/// One account as it stands, for people.
public struct AccountStatus: Sendable, Equatable {
    /// The account.
    public var account: AccountName
    /// The window that counts now; its end is LiteLLM's `budget_reset_at`.
    public var window: BudgetWindow
    /// Spent in this window.
    public var spent: Money
    /// Promised to requests that are under way.
    public var reserved: Money
    /// Never more than this in the window, a temporary increase included; nil: no bound.
    public var most: Money?
    /// Charged beyond its reservations in this window: the reason why `spent` may be above `most`.
    public var overrun: Money
    /// Everything since the account exists, whatever the window.
    public var total: Tally
    /// Requests under way.
    public var inFlight: Int
}
