extension Configuration {
    /// The kinds of errors that LiteLLM's policies tell apart; the raw value is how their keys begin.
    public enum ErrorKind: String, CaseIterable, Sendable {
        /// 400, 413, 422: the request's own fault.
        case badRequest = "BadRequest"
        /// 401, 403.
        case authentication = "Authentication"
        /// Nothing came in time; 408, 504.
        case timeout = "Timeout"
        /// 429.
        case rateLimit = "RateLimit"
        /// The provider will not answer such a thing.
        case contentPolicy = "ContentPolicyViolation"
        /// 500, and what is not told apart otherwise: a lost connection too.
        case server = "InternalServer"
        /// 502.
        case badGateway = "BadGateway"
        /// 503, 529.
        case unavailable = "ServiceUnavailable"
        /// 404.
        case notFound = "NotFound"
    }

    /// How often each kind of error is retried: `{RateLimitErrorRetries: 3, DefaultRetries: 1}`.
    public struct RetryPolicy: Equatable, Sendable {
        /// `<Kind>ErrorRetries`.
        public var retries: [ErrorKind: Int] = [:]
        /// `DefaultRetries`: of every other kind. Default: none, so that `num_retries` counts.
        public var otherwise: Int?

        /// Attempts after the first for such an error; `nil` where the policy leaves it to `num_retries`. A violation of
        /// a content policy is a bad request to LiteLLM, where its own number is not written.
        public func retries(after kind: ErrorKind) -> Int? {
            retries[kind] ?? (kind == .contentPolicy ? retries[.badRequest] : nil) ?? otherwise
        }
    }

    /// How many errors of each kind do not yet open a breaker: `{TimeoutErrorAllowedFails: 2}`. A kind that is not in it
    /// counts as `drover.breaker.trip_after` says.
    public struct AllowedFailsPolicy: Equatable, Sendable {
        /// `<Kind>ErrorAllowedFails`.
        public var allowed: [ErrorKind: Int] = [:]
    }
}
