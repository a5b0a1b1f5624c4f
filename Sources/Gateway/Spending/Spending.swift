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

/// The ledger's word about a request so far.
///
/// Held by reference, so that an exchange is no larger for requests that nobody keeps a book of.
final class RequestSpend {
    /// For the attempt that runs; one that is dropped is given back.
    var reservation: Reservation?
    /// Since when it waits for others to settle; nil while it does not.
    var heldSince: Moment?
    /// Why nothing that costs money may serve it.
    var refusal: LedgerRefusal?
    /// An attempt of it was sent, so further ones are not counted as requests.
    var isCounted = false
    /// What is left of the limits of its key.
    var rates: RatesLeft?
}
