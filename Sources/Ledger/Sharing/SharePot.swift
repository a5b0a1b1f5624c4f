/// One account's budget as the store sees it: what is spent, and what is promised to gateways. It decides what one that asks
/// gets: `spent` and all promises together never pass the budget.
public struct SharePot: Sendable, Equatable {
    /// Spent and written, by all.
    public var spent: Money
    /// Spent and written by the one who asks.
    public var written: Money
    /// The ceiling that it was given last.
    public var ceiling: Money
    /// Promised to the others and not written yet.
    public var others: Money
    /// Promised to those that are gone, and perhaps spent.
    public var lost: Money
    /// Whether others need more than is left.
    public var isWanted: Bool
    /// Gateways that live.
    public var gateways: Int

    /// A budget in this state.
    public init(
        spent: Money, written: Money, ceiling: Money, others: Money, lost: Money, isWanted: Bool, gateways: Int
    ) {
        (self.spent, self.written, self.ceiling, self.others) = (spent, written, ceiling, others)
        (self.lost, self.isWanted, self.gateways) = (lost, isWanted, gateways)
    }

    /// The ceiling that one who asks gets.
    public func ceiling(for ask: ShareAsk) -> Money {
        // A word that came late never raises what it was given.
        let kept = max(min(ceiling, ask.kept), written)
        if ask.isForced { return max(kept, ask.need) }
        let left = ask.most - spent - lost - others - (kept - written)
        let missing = max(ask.need - kept, .zero)
        if missing <= left {
            // The more is left, the more is kept in stock: a request of the stock waits for nobody.
            let spare =
                isWanted ? .zero : Money(picodollars: (left - missing).picodollars / Int64(2 * max(gateways, 1)))
            return kept + missing + min(max(ask.wish - kept - missing, .zero), spare)
        }
        // The last of a budget can be used by one who has all of it.
        return others == .zero ? kept + max(left, .zero) : kept
    }
}
