public import Dialects

/// Everything that a client may be told went wrong: a kind, which gives status, type and code, and words about this case.
public struct GatewayError: Error, Sendable, Equatable {
    /// Which row of the table it is.
    public let kind: Kind
    /// The cause and a remedy, for the client.
    public private(set) var message: String
    /// The request field at fault, where there is one.
    public let param: String?
    /// Seconds for `Retry-After`: set on every 429 and 503, at least 1.
    public let retryAfter: Int?
    /// The HTTP status.
    public let status: Int

    private init(_ kind: Kind, _ message: String, param: String? = nil, retryAfter: Int? = nil, status: Int? = nil) {
        self.kind = kind
        self.message = message.hidingKeys
        self.param = param
        self.retryAfter = retryAfter.map { max(1, $0) }
        self.status = status ?? kind.row.status
    }

    /// OpenAI's `error.type`.
    public var type: String { kind.row.type }
    /// OpenAI's `error.code`. A spent budget has its status there, as at LiteLLM.
    public var code: String { kind == .budgetExceeded ? String(status) : kind.row.code }
    /// Whether it is about instances, not about the request.
    var isOutage: Bool { kind.isOutage }

    /// Whether a client may get another answer by asking again, after so many attempts of the gateway's own. Clients of OpenAI's and
    /// Anthropic's ask three times by themselves, each time for as many attempts as the gateway makes.
    public func mayPass(after attempts: Int) -> Bool {
        // It is told when to come back.
        if retryAfter != nil { return true }
        return switch kind {
        case .requestTimeout, .internalError: true
        case .upstreamFailed, .upstreamTimeout: attempts <= 1
        default: false
        }
    }

    /// Every code there is, by the number of its kind: the closed set behind the metric label.
    public static let codes = Kind.allCases.map(\.row.code)

    /// The same with more to say, where it is about instances.
    func adding(_ text: String) -> GatewayError {
        guard isOutage else { return self }
        var longer = self
        longer.message += text
        return longer
    }

    /// The parts of it that a front writes for a call, and the status with which its client is told them.
    public func told(to call: CallHead) -> (error: ClientError, status: Int) {
        var error = forClient
        error.callID = call.callID.description
        return (error, call.front.status(of: error, usually: status))
    }

    /// The parts of it that a front writes.
    public var forClient: ClientError { ClientError(message: message, type: type, param: param, code: code) }
}

extension GatewayError {
    /// Malformed body or a field of a wrong type or value.
    public static func invalidRequest(message: String, param: String?) -> GatewayError {
        GatewayError(.invalidRequest, message, param: param)
    }
    /// No key, or not the right one.
    public static func invalidKey(message: String) -> GatewayError { GatewayError(.invalidKey, message) }
    /// The key may not ask for the model.
    public static func modelNotAllowed(message: String) -> GatewayError {
        GatewayError(.modelNotAllowed, message, param: "model")
    }
    /// Somebody's budget is spent.
    /// - Parameter status: `budget_exceeded_status_code`.
    public static func budgetExceeded(message: String, status: Int) -> GatewayError {
        GatewayError(.budgetExceeded, message, status: status)
    }
    /// The `Origin` or `Host` may not use this gateway.
    public static func forbidden(message: String) -> GatewayError { GatewayError(.forbidden, message) }
    /// The request must stay inside, and nothing inside can serve it.
    public static func localOnly(message: String) -> GatewayError { GatewayError(.localOnly, message) }
    /// The prompt does not fit the context of any model that could be tried.
    public static func contextTooLong(message: String) -> GatewayError { GatewayError(.contextTooLong, message) }
    /// The provider's filter refused the prompt.
    public static func contentRefused(message: String) -> GatewayError { GatewayError(.contentRefused, message) }
    /// No such model; the message names those there are.
    public static func modelNotFound(message: String) -> GatewayError {
        GatewayError(.modelNotFound, message, param: "model")
    }
    /// Nothing can serve this now. `retryAfter` in whole seconds, at least 1.
    public static func noInstanceAvailable(message: String, retryAfter: Int) -> GatewayError {
        GatewayError(.noInstanceAvailable, message, retryAfter: retryAfter)
    }
    /// Every try failed.
    public static func upstreamFailed(message: String) -> GatewayError { GatewayError(.upstreamFailed, message) }
    /// No (whole) answer in time.
    public static func upstreamTimeout(message: String) -> GatewayError { GatewayError(.upstreamTimeout, message) }
    /// The provider of the model is not part of this release.
    public static func providerNotBuilt(message: String) -> GatewayError { GatewayError(.providerNotBuilt, message) }
    /// A way to send a request that is not read here.
    public static func notImplemented(message: String) -> GatewayError { GatewayError(.notImplemented, message) }
    /// The gateway itself has no room: for a connection, or for more bytes.
    public static func overloaded(message: String) -> GatewayError { GatewayError(.overloaded, message, retryAfter: 1) }
    /// Unknown path.
    public static func notFound(message: String) -> GatewayError { GatewayError(.notFound, message) }
    /// Known path, other method.
    public static func methodNotAllowed(message: String) -> GatewayError { GatewayError(.methodNotAllowed, message) }
    /// The client sent its head or body too slowly.
    public static func requestTimeout(message: String) -> GatewayError { GatewayError(.requestTimeout, message) }
    /// Body over the limit.
    public static func requestTooLarge(message: String) -> GatewayError { GatewayError(.requestTooLarge, message) }
    /// Head over the limit.
    public static func headersTooLarge(message: String) -> GatewayError { GatewayError(.headersTooLarge, message) }
    /// A limit of requests or tokens is reached, a provider's or the deployment's own.
    public static func rateLimited(message: String, retryAfter: Int) -> GatewayError {
        GatewayError(.rateLimited, message, retryAfter: retryAfter)
    }
    /// No place left to wait, or waited too long.
    public static func queueFull(message: String, retryAfter: Int) -> GatewayError {
        GatewayError(.queueFull, message, retryAfter: retryAfter)
    }
    /// The gateway ends, and with it this request.
    public static let shuttingDown = GatewayError(
        .shuttingDown, "the gateway is shutting down; send the request again", retryAfter: 1)
    /// Our own fault.
    public static let internalError = GatewayError(
        .internalError, "internal error; the gateway's log has the details")
}
