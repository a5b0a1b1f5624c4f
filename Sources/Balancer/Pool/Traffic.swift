/// The requests in flight over all instances, and how many of them are retries onto instances that are failing.
struct Traffic: Equatable, Sendable {
    private(set) var inFlight = 0
    /// Those that count against the budget for such retries.
    private(set) var budgetedRetries = 0

    /// A request goes out.
    @inline(__always)
    mutating func began() { inFlight += 1 }

    /// The request that went out counts against the budget.
    mutating func chargeRetry() { budgetedRetries += 1 }

    /// A request has ended.
    @inline(__always)
    mutating func ended(isBudgeted: Bool) {
        inFlight -= 1
        if isBudgeted { budgetedRetries -= 1 }
    }

    /// Whether one more retry may go to an instance that is failing.
    func mayRetry(within budget: RetryBudget) -> Bool {
        budgetedRetries < max(budget.minimum, inFlight * budget.percent / 100)
    }
}
