/// What a gateway tells the store about its parts of shared budgets, and asks of it.
public struct ShareReport: Sendable, Equatable {
    /// The gateway, by the origin of its batches.
    public var gateway: UInt64
    /// Counted from 1, so that one that comes late is told from a newer one.
    public var number: UInt64
    /// Whether it spends no more than its parts. One that does not is the only one.
    public var isShared: Bool
    /// Whether it ends: all that it has left goes back.
    public var isLast = false
    /// The gateways among which limits by the minute are divided so that what this one has used and holds is within its part;
    /// empty where it is not.
    public var fits: [UInt64] = []
    /// With the last word: into so many equal parts limits by the minute may be divided, and what it has let through in the last
    /// minute is within one of them. So nobody who begins has to wait for that minute's end.
    public var mostParts = 0
    /// Accounts of which it wants more, or less.
    public var asks: [ShareAsk] = []
    /// What it has in flight on the instances that all share, in the balancer's words; empty where it says nothing of that.
    public var pool: [UInt8] = []

    /// A report that asks for nothing.
    public init(gateway: UInt64, number: UInt64, isShared: Bool) {
        (self.gateway, self.number, self.isShared) = (gateway, number, isShared)
    }
}

/// What a gateway wants of one account's budget. All amounts count from the window's start, and are what the gateway may have
/// spent in all: so a report that is lost, or heard twice, changes nothing that the next one does not put right.
public struct ShareAsk: Sendable, Equatable {
    /// The account.
    public var account: AccountName
    /// The window that the gateway is in.
    public var window: BudgetWindow
    /// The budget.
    public var most: Money
    /// It goes on with this at least.
    public var kept: Money
    /// It needs this for a request that waits; all of it or, where nobody else has anything, what there is.
    public var need: Money
    /// It would have a use for this.
    public var wish: Money
    /// It was spent or promised already, before the budget was shared or was there.
    public var isForced = false
}
