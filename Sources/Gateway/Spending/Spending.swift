import Balancer
public import Ledger

/// The ledger, as requests see it. A class, so that an exchange takes it up with one reference.
public final class Spending: Sendable {
    let ledger: SpendLedger
    /// `budget_exceeded_status_code`.
    let budgetStatus: Int
    /// Whose words are kept beside the rows of the book (`store_prompts_in_spend_logs`).
    let words: WordKeeping
    /// Does what takes too long for an event loop.
    let offload: @Sendable (@escaping @Sendable () -> Void) -> Void
    private let unixSeconds: @Sendable () -> Double

    /// Whose words are kept.
    public enum WordKeeping: Sendable {
        /// Nobody's.
        case none
        /// Those of requests that need not stay inside: the book is kept by a host that may be outside.
        case ofUnconfined
        /// Those of all.
        case all
    }

    /// - Parameters:
    ///   - budgetStatus: `budget_exceeded_status_code`.
    ///   - words: whose words are kept beside the rows of the book.
    ///   - offload: does what takes too long for an event loop.
    ///   - unixSeconds: the calendar, for windows of budgets and the times of the book.
    public init(
        _ ledger: SpendLedger, budgetStatus: Int, words: WordKeeping = .none,
        offload: @escaping @Sendable (@escaping @Sendable () -> Void) -> Void = { $0() },
        unixSeconds: @escaping @Sendable () -> Double
    ) {
        self.ledger = ledger
        self.offload = offload
        self.budgetStatus = budgetStatus
        self.words = words
        self.unixSeconds = unixSeconds
    }

    /// Whether anything may keep a request from being sent.
    func binds(_ head: CallHead) -> Bool {
        head.caller.pass != nil || ledger.bindsKeyless || head.wishes.user != nil
    }

    /// A moment on both clocks.
    func time(_ now: Moment) -> LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: unixSeconds()), ticks: now.nanoseconds)
    }

    /// The client's error for a refusal.
    func error(_ refusal: LedgerRefusal) -> GatewayError { GatewayError(refusal, budgetStatus: budgetStatus) }
}
