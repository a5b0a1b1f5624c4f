/// The kind of failure that ended an attempt, in LiteLLM's terms, for retry policies and fallbacks.
public enum FailureClass: CaseIterable, Sendable {
    /// The client's own mistake.
    case badRequest
    /// The provider refuses the account.
    case authentication
    /// No such model there.
    case notFound
    /// No (whole) answer in time.
    case timeout
    /// Too many requests: at the upstream, or here.
    case rateLimit
    /// The prompt is longer than the model's context.
    case contextWindow
    /// The provider's filter refused it.
    case contentPolicy
    /// The upstream failed, or broke off, or could not be reached.
    case internalServer
    /// Nothing can serve it now.
    case serviceUnavailable

    /// Whether the same instance may do better a moment later. It will not know a key or a model by then.
    var mayPass: Bool {
        switch self {
        case .authentication, .notFound: false
        case .badRequest, .timeout, .rateLimit, .contextWindow, .contentPolicy, .internalServer, .serviceUnavailable:
            true
        }
    }
}
