/// What is left of an account's limits in the last 60 seconds, for `x-ratelimit-*`.
public struct RatesLeft: Sendable, Equatable {
    /// The limit of requests; nil: none.
    public var requestLimit: Int?
    /// Requests that would be let through now.
    public var requestsLeft: Int
    /// The limit of tokens; nil: none.
    public var tokenLimit: Int?
    /// Tokens that would be let through now; those reserved by requests under way are taken off.
    public var tokensLeft: Int
    /// Nanoseconds until one more request is let through; 0: now.
    public var requestsWait: Int64
    /// Nanoseconds until the whole limit of tokens is free again, if nobody asks; 0: it is.
    public var tokensWait: Int64

    /// With everything said.
    public init(
        requestLimit: Int?, requestsLeft: Int, tokenLimit: Int?, tokensLeft: Int, requestsWait: Int64, tokensWait: Int64
    ) {
        self.requestLimit = requestLimit
        self.requestsLeft = requestsLeft
        self.tokenLimit = tokenLimit
        self.tokensLeft = tokensLeft
        self.requestsWait = requestsWait
        self.tokensWait = tokensWait
    }

    /// Of each limit the one with less left.
    func nearer(to other: RatesLeft?) -> RatesLeft {
        guard let other else { return self }
        var all = self
        if let limit = other.requestLimit, requestLimit == nil || other.requestsLeft <= requestsLeft {
            (all.requestLimit, all.requestsLeft, all.requestsWait) = (limit, other.requestsLeft, other.requestsWait)
        }
        if let limit = other.tokenLimit, tokenLimit == nil || other.tokensLeft <= tokensLeft {
            (all.tokenLimit, all.tokensLeft, all.tokensWait) = (limit, other.tokensLeft, other.tokensWait)
        }
        return all
    }
}
