/// A thing to tell an operator about an account.
public struct LedgerAlert: Sendable, Equatable {
    /// The kind of news.
    public enum Kind: Sendable, Equatable {
        /// The soft budget is passed; said once per window.
        case softBudget
        /// 85 % of a budget are spent that has no soft budget; said once per window.
        case nearEnd
        /// The budget is passed, since a request cost more than its upper bound by this.
        case overrun(Money)
    }

    /// The account.
    public var account: AccountName
    /// What people call the account: its alias, or a key's beginning and end; nil where its name is all there is.
    public var label: String?
    /// The kind of news.
    public var kind: Kind
    /// Spent in this window.
    public var spent: Money
    /// The bound that is passed.
    public var bound: Money
    /// The window.
    public var window: BudgetWindow
}
