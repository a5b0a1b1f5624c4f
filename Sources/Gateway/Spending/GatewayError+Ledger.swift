public import Ledger

extension GatewayError {
    /// The client's error for a refusal of the ledger, whose words are LiteLLM's.
    ///
    /// - Parameter budgetStatus: `budget_exceeded_status_code`.
    public init(_ refusal: LedgerRefusal, budgetStatus: Int = 422) {
        switch refusal {
        case .unknownKey, .keyBlocked, .teamBlocked, .customerBlocked, .expired:
            self = .invalidKey(message: refusal.message)
        case .strangeUser, .strangeTeam: self = .forbidden(message: refusal.message)
        case .notRead, .strangeCustomer: self = .noInstanceAvailable(message: refusal.message, retryAfter: 5)
        case .modelDenied: self = .modelNotAllowed(message: refusal.message)
        case .budget: self = .budgetExceeded(message: refusal.message, status: budgetStatus)
        case .rate(let exceeded):
            // Where it depends on requests under way, a second is as good a guess as any.
            let wait = exceeded.wait ?? 1_000_000_000
            let seconds = wait / 1_000_000_000 + (wait % 1_000_000_000 > 0 ? 1 : 0)
            self = .rateLimited(message: refusal.message, retryAfter: Int(min(seconds, 86_400)))
        }
    }
}
