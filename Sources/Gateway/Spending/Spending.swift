import Balancer
public import Ledger

/// The ledger, as requests see it. A class, so that an exchange takes it up with one reference.
public final class Spending: Sendable {
    let ledger: SpendLedger
    /// `budget_exceeded_status_code`.
    let budgetStatus: Int
    private let unixSeconds: @Sendable () -> Double

    /// - Parameters:
    ///   - budgetStatus: `budget_exceeded_status_code`.
    ///   - unixSeconds: the calendar, for windows of budgets and the times of the book.
    public init(_ ledger: SpendLedger, budgetStatus: Int, unixSeconds: @escaping @Sendable () -> Double) {
        self.ledger = ledger
        self.budgetStatus = budgetStatus
        self.unixSeconds = unixSeconds
    }

    /// A moment on both clocks.
    func time(_ now: Moment) -> LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: unixSeconds()), ticks: now.nanoseconds)
    }

    /// The client's error for a refusal.
    func error(_ refusal: LedgerRefusal) -> GatewayError { GatewayError(refusal, budgetStatus: budgetStatus) }
}
