/// Spend of one account in one window: a part of a batch, which a store adds to its row of the same account and
/// `window.start`, or such a row itself.
public struct AccountSum: Sendable, Equatable, Codable {
    /// The account.
    public var account: AccountName
    /// The window. A row keeps the end that was written last: it moves when the budget's period is changed.
    public var window: BudgetWindow
    /// What is added, or the row's sum. It may be nothing: then it tells only of the window.
    public var tally: Tally

    /// So much in that window.
    public init(account: AccountName, window: BudgetWindow, tally: Tally) {
        (self.account, self.window, self.tally) = (account, window, tally)
    }
}
