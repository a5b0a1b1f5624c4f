extension GatewayError {
    /// The closed set of errors: one row each, in the order in which metrics count them.
    public enum Kind: Int, CaseIterable, Sendable {
        case invalidRequest, invalidKey, forbidden, modelNotFound, notFound, noInstanceAvailable, upstreamFailed
        case upstreamTimeout, providerNotBuilt, methodNotAllowed, requestTimeout, requestTooLarge, headersTooLarge
        case queueFull, shuttingDown, internalError, localOnly, contextTooLong, contentRefused, rateLimited
        case modelNotAllowed, budgetExceeded, notImplemented, overloaded

        /// HTTP status, OpenAI's `error.type` and OpenAI's `error.code`.
        var row: (status: Int, type: String, code: String) {
            switch self {
            case .invalidRequest: (400, Self.request, "invalid_request")
            case .contextTooLong: (400, Self.request, "context_length_exceeded")
            case .contentRefused: (400, Self.request, "content_policy_violation")
            case .invalidKey: (401, "authentication_error", "invalid_api_key")
            case .forbidden: (403, Self.request, "forbidden")
            case .localOnly: (403, Self.request, "local_only")
            case .modelNotAllowed: (403, Self.request, "model_not_allowed")
            case .modelNotFound: (404, Self.request, "model_not_found")
            case .notFound: (404, Self.request, "not_found")
            case .methodNotAllowed: (405, Self.request, "method_not_allowed")
            case .requestTimeout: (408, Self.request, "request_timeout")
            case .requestTooLarge: (413, Self.request, "request_too_large")
            case .budgetExceeded: (422, "budget_exceeded", "budget_exceeded")
            case .queueFull: (429, Self.limit, "queue_full")
            case .rateLimited: (429, Self.limit, "rate_limit_exceeded")
            case .headersTooLarge: (431, Self.request, "headers_too_large")
            case .internalError: (500, Self.api, "internal_error")
            case .providerNotBuilt: (501, Self.api, "provider_not_built")
            case .notImplemented: (501, Self.request, "not_implemented")
            case .upstreamFailed: (502, Self.api, "upstream_failed")
            case .noInstanceAvailable: (503, Self.api, "no_instance_available")
            case .shuttingDown: (503, Self.api, "shutting_down")
            case .overloaded: (503, Self.api, "overloaded")
            case .upstreamTimeout: (504, Self.api, "upstream_timeout")
            }
        }

        private static var request: String { "invalid_request_error" }
        private static var limit: String { "rate_limit_error" }
        private static var api: String { "api_error" }

        /// Whether it is about instances, not about the request.
        var isOutage: Bool {
            switch self {
            case .noInstanceAvailable, .queueFull, .rateLimited, .upstreamFailed, .upstreamTimeout: true
            default: false
            }
        }
    }
}
