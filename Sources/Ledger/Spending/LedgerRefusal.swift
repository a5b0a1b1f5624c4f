/// Why a request may not be sent. `message` and `type` are LiteLLM's words.
public enum LedgerRefusal: Error, Sendable, Equatable {
    /// No such key. 401.
    case unknownKey(KeyHash)
    /// The key may be a good one: the store that knows was not read yet. The reason is for the log alone, as anybody may ask
    /// with any key. 503.
    case notRead
    /// The key is blocked. 401.
    case keyBlocked
    /// The key's team is blocked. 401.
    case teamBlocked(String)
    /// The request's customer is blocked. 401.
    case customerBlocked(String)
    /// The request's customer is to get a row, and there are too many of them for now. 503.
    case strangeCustomer(String)
    /// The key's time is over. 401.
    case expired(KeyHash, at: WallTime, now: WallTime)
    /// The user of a token has no row. 403.
    case strangeUser(String)
    /// The team of a token has no row. 403.
    case strangeTeam(String)
    /// The model is not on the list. 403.
    case modelDenied(ModelDenial)
    /// Nothing is left of a budget. 422, or as `budget_exceeded_status_code` says.
    case budget(BudgetExceeded)
    /// A limit is reached. 429.
    case rate(RateExceeded)
}
