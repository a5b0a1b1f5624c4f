/// The requests in flight over all instances, and the budget for retries onto instances that are failing.
struct Traffic: Equatable, Sendable {
    private(set) var inFlight = 0
    /// Requests so far, budgeted retries aside. A plain number, since those who pick know no time; it is told to `recent` before
    /// a retry.
    private(set) var requests = 0
    private var recent = RecentRetries()

    /// A request goes out.
    @inline(__always)
    mutating func began() {
        inFlight += 1
        requests &+= 1
    }

    /// The request that went out counts against the budget.
    mutating func chargeRetry(at now: Moment) {
        requests &-= 1
        recent.advance(to: now, requests: requests)
        recent.add()
    }

    /// The retry that was charged at that time has not been sent.
    mutating func refundRetry(at now: Moment) {
        requests &+= 1
        recent.advance(to: now, requests: requests)
        recent.takeBack()
    }

    /// A request has ended.
    @inline(__always)
    mutating func ended() { inFlight -= 1 }

    /// Whether one more retry may go to an instance that is failing.
    mutating func mayRetry(within budget: RetryBudget, at now: Moment) -> Bool {
        recent.advance(to: now, requests: requests)
        return recent.mayAdd(within: budget)
    }
}
