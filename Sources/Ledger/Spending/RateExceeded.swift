/// A limit that is reached.
public struct RateExceeded: Sendable, Equatable {
    /// The kinds of limits, in LiteLLM's words.
    public enum Kind: String, Sendable {
        /// Requests in any 60 seconds.
        case requests
        /// Tokens in any 60 seconds.
        case tokens
        /// Requests at one time.
        case parallel = "max_parallel_requests"
    }

    /// The first account whose limit is reached.
    public var account: AccountName
    /// The limit.
    public var kind: Kind
    /// Its number.
    public var limit: Int
    /// What is left of it.
    public var left: Int
    /// Nanoseconds until the same request would be let through, if nobody else asks; nil where that depends on requests
    /// under way.
    public var wait: Int64?
    /// The same by the calendar; now, where it is not known.
    public var resets: WallTime
}
