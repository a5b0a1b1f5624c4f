public import Dialects

/// Everything that a client may be told went wrong. One `switch` per column of the table in `docs/ARCHITECTURE.md`.
public enum GatewayError: Error, Sendable, Equatable {
    /// Malformed body or a field of a wrong type or value.
    case invalidRequest(message: String, param: String?)
    /// No key, or not the right one.
    case invalidKey(message: String)
    /// The `Origin` or `Host` may not use this gateway.
    case forbidden(message: String)
    /// The request must stay inside, and nothing inside can serve it.
    case localOnly(message: String)
    /// The prompt does not fit the context of any model that could be tried.
    case contextTooLong(message: String)
    /// The provider's filter refused the prompt.
    case contentRefused(message: String)
    /// No such model; the message names those there are.
    case modelNotFound(message: String)
    /// Nothing can serve this now. `retryAfter` in whole seconds, at least 1.
    case noInstanceAvailable(message: String, retryAfter: Int)
    /// Every try failed.
    case upstreamFailed(message: String)
    /// No (whole) answer in time.
    case upstreamTimeout(message: String)
    /// The provider of the model is not part of this release.
    case providerNotBuilt(message: String)
    /// Unknown path.
    case notFound(message: String)
    /// Known path, other method.
    case methodNotAllowed(message: String)
    /// The client sent its head or body too slowly.
    case requestTimeout(message: String)
    /// Body over the limit.
    case requestTooLarge(message: String)
    /// Head over the limit.
    case headersTooLarge(message: String)
    /// The provider's limit of requests or tokens is reached.
    case rateLimited(message: String, retryAfter: Int)
    /// No place left to wait, or waited too long.
    case queueFull(message: String, retryAfter: Int)
    /// The gateway is stopping.
    case shuttingDown
    /// Our own fault.
    case internalError

    /// The HTTP status.
    public var status: Int {
        switch self {
        case .invalidRequest, .contextTooLong, .contentRefused: 400
        case .invalidKey: 401
        case .forbidden, .localOnly: 403
        case .modelNotFound, .notFound: 404
        case .methodNotAllowed: 405
        case .requestTimeout: 408
        case .requestTooLarge: 413
        case .queueFull, .rateLimited: 429
        case .headersTooLarge: 431
        case .internalError: 500
        case .providerNotBuilt: 501
        case .upstreamFailed: 502
        case .noInstanceAvailable, .shuttingDown: 503
        case .upstreamTimeout: 504
        }
    }

    /// OpenAI's `error.type`.
    public var type: StaticString {
        switch self {
        case .invalidRequest, .contextTooLong, .contentRefused, .forbidden, .localOnly, .modelNotFound, .notFound,
            .methodNotAllowed, .requestTimeout, .requestTooLarge, .headersTooLarge:
            "invalid_request_error"
        case .invalidKey: "authentication_error"
        case .queueFull, .rateLimited: "rate_limit_error"
        case .noInstanceAvailable, .upstreamFailed, .upstreamTimeout, .providerNotBuilt, .shuttingDown,
            .internalError:
            "api_error"
        }
    }

    /// OpenAI's `error.code`, always a string; also the metric label, since it holds no free text.
    public var code: String { Self.codes[codeIndex] }

    /// Every code there is, in a fixed order: the closed set behind the metric label.
    public static let codes = [
        "invalid_request", "invalid_api_key", "forbidden", "model_not_found", "not_found", "no_instance_available",
        "upstream_failed", "upstream_timeout", "provider_not_built", "method_not_allowed", "request_timeout",
        "request_too_large", "headers_too_large", "queue_full", "shutting_down", "internal_error", "local_only",
        "context_length_exceeded", "content_policy_violation", "rate_limit_exceeded",
    ]

    /// The position of ``code`` in ``codes``.
    public var codeIndex: Int {
        switch self {
        case .invalidRequest: 0
        case .invalidKey: 1
        case .forbidden: 2
        case .modelNotFound: 3
        case .notFound: 4
        case .noInstanceAvailable: 5
        case .upstreamFailed: 6
        case .upstreamTimeout: 7
        case .providerNotBuilt: 8
        case .methodNotAllowed: 9
        case .requestTimeout: 10
        case .requestTooLarge: 11
        case .headersTooLarge: 12
        case .queueFull: 13
        case .shuttingDown: 14
        case .internalError: 15
        case .localOnly: 16
        case .contextTooLong: 17
        case .contentRefused: 18
        case .rateLimited: 19
        }
    }

    /// What happened and what to do next, for the client.
    public var message: String {
        switch self {
        case .invalidRequest(let message, _), .invalidKey(let message), .forbidden(let message),
            .modelNotFound(let message), .noInstanceAvailable(let message, _), .upstreamFailed(let message),
            .upstreamTimeout(let message), .providerNotBuilt(let message), .notFound(let message),
            .methodNotAllowed(let message), .requestTimeout(let message), .requestTooLarge(let message),
            .headersTooLarge(let message), .queueFull(let message, _), .rateLimited(let message, _),
            .localOnly(let message), .contextTooLong(let message), .contentRefused(let message):
            message
        case .shuttingDown: "the gateway is shutting down; send the request again"
        case .internalError: "internal error; the gateway's log has the details"
        }
    }

    /// The request field at fault, where there is one.
    public var param: String? {
        switch self {
        case .invalidRequest(_, let param): param
        case .modelNotFound: "model"
        default: nil
        }
    }

    /// Seconds for `Retry-After`: set on every 429 and 503.
    public var retryAfter: Int? {
        switch self {
        case .noInstanceAvailable(_, let seconds), .queueFull(_, let seconds), .rateLimited(_, let seconds):
            max(1, seconds)
        case .shuttingDown: 1
        default: nil
        }
    }

    /// Whether it is about instances, not about the request.
    var isOutage: Bool {
        switch self {
        case .noInstanceAvailable, .queueFull, .rateLimited, .upstreamFailed, .upstreamTimeout: true
        default: false
        }
    }

    /// The same with more to say, where it is about instances.
    func adding(_ text: String) -> GatewayError {
        switch self {
        case .noInstanceAvailable(let message, let seconds):
            .noInstanceAvailable(message: message + text, retryAfter: seconds)
        case .queueFull(let message, let seconds): .queueFull(message: message + text, retryAfter: seconds)
        case .rateLimited(let message, let seconds): .rateLimited(message: message + text, retryAfter: seconds)
        case .upstreamFailed(let message): .upstreamFailed(message: message + text)
        case .upstreamTimeout(let message): .upstreamTimeout(message: message + text)
        default: self
        }
    }

    /// What a front writes of it.
    public var forClient: ClientError {
        ClientError(message: message, type: "\(type)", param: param, code: code)
    }
}
