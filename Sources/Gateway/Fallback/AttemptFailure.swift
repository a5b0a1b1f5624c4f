import Balancer
import Dialects

/// Why an attempt gave no answer. One cause, and all that follows from it: what the instance's breaker learns, the class
/// that retries and fallbacks go by, and the client's words.
public struct AttemptFailure: Sendable, Equatable {
    enum Cause: Sendable, Equatable {
        /// No connection came about.
        case unreachable
        /// No connection came about for want of something on the gateway's side.
        case ours
        /// The connection ended, or could not be read, before the answer was whole.
        case cut
        /// The answer is longer than the gateway keeps.
        case tooLarge
        /// No answer, or no more of it, within a limit.
        case timedOut(limitIsCallers: Bool)
        /// The instance was taken out of the pool while the request waited there for its first byte.
        case takenOut
        /// The upstream says so itself.
        case told(UpstreamFault.Kind)
    }

    let cause: Cause
    /// The upstream's HTTP status; 0 where none came.
    let status: Int
    /// The reason in words that fit behind the name of the instance.
    let message: String
    /// The upstream's `Retry-After` in seconds.
    let retryAfter: Int?
    /// Another server has answered in the instance's place.
    var isFromBefore = false
    /// The provider's own name for the request.
    let requestID: String?
    /// It calls the request at fault, and yet another instance may take it.
    let mayBeInstance: Bool

    init(
        _ cause: Cause, status: Int = 0, message: String, retryAfter: Int? = nil, requestID: String? = nil,
        mayBeInstance: Bool = false
    ) {
        self.cause = cause
        self.status = status
        self.message = message
        self.retryAfter = retryAfter
        self.requestID = requestID
        self.mayBeInstance = mayBeInstance
    }

    /// No connection came about.
    public static func refused(_ reason: String) -> AttemptFailure { AttemptFailure(.unreachable, message: reason) }

    /// The gateway itself could not connect.
    public static func ours(_ reason: String) -> AttemptFailure { AttemptFailure(.ours, message: reason) }

    /// The call ended, or could not be read, before the answer was whole.
    public static func lost(_ reason: String) -> AttemptFailure { AttemptFailure(.cut, message: reason) }

    /// The instance was taken out of the pool while the request waited there.
    static func takenOut(_ reason: String? = nil) -> AttemptFailure {
        AttemptFailure(
            .takenOut, message: "gave no answer and was taken out of the pool" + (reason.map { " (\($0))" } ?? ""))
    }

    /// A fault that the upstream told.
    init(_ fault: UpstreamFault, retryAfter: Int?, requestID: String?) {
        self.init(
            .told(fault.kind), status: fault.status, message: fault.message,
            retryAfter: retryAfter ?? fault.retryAfter, requestID: requestID, mayBeInstance: fault.mayBeInstance)
        isFromBefore = fault.isFromBefore
    }

    /// The instance says that the request is at fault: it would say the same again.
    var isAboutRequest: Bool {
        switch cause {
        case .told(.client), .told(.contextWindow), .told(.contentPolicy): true
        default: false
        }
    }

    /// Whoever goes elsewhere for it has used up none of its retries: nothing was sent, or the instance was found out by others.
    var isNoRetry: Bool { cause == .ours || cause == .takenOut }

    /// It may be about the name of the model: providers tell with several statuses that they have none of that name, or not for
    /// this account.
    var isOfItsModel: Bool {
        switch cause {
        case .told(.missingTag): true
        case .told(.server): [400, 404, 422].contains(status)
        case .told(.unauthorised): status == 403
        default: false
        }
    }

    /// The model has written a call that nobody can read.
    var isUnreadCall: Bool { cause == .told(.unreadCall) }

    /// The outcome that the attempt's lease is settled with.
    var outcome: Outcome {
        if isAboutRequest { return .declined(status: status) }
        return breaker.map { .failed($0) } ?? .ignored
    }

    /// The instance's failure; nil: it says nothing about the instance.
    var breaker: Failure? {
        switch cause {
        case .unreachable: .refused
        case .cut: .connectionLost
        case .tooLarge: .incomplete
        // Every instance would fail of it.
        case .ours: nil
        // A limit that the caller chose says nothing about the instance.
        case .timedOut(let limitIsCallers): limitIsCallers ? nil : .timedOut
        // It is out already, for a reason that was counted: each request that waited there would count again.
        case .takenOut: nil
        case .told(let kind):
            switch kind {
            case .client, .contextWindow, .contentPolicy, .unreadCall: nil
            case .saturated: .saturated(retryAfter: retryAfter.map { .seconds($0) }, isRateLimit: status == 429)
            case .missingTag: .missingTag
            case .server, .unauthorised: .serverError(status: status)
            case .incomplete, .malformed: .incomplete
            }
        }
    }

    /// The class for retry policies and fallbacks.
    var kind: FailureClass {
        switch cause {
        case .unreachable, .cut, .tooLarge: .internalServer
        case .ours: .serviceUnavailable
        case .timedOut, .takenOut: .timeout
        case .told(let kind):
            switch kind {
            case .saturated: .rateLimit
            case .missingTag: .notFound
            case .client: .badRequest
            case .contextWindow: .contextWindow
            case .contentPolicy: .contentPolicy
            case .unauthorised: .authentication
            case .server where status == 404: .notFound
            case .server where status == 408 || status == 504: .timeout
            case .server where status == 503: .serviceUnavailable
            case .server, .incomplete, .malformed, .unreadCall: .internalServer
            }
        }
    }

    /// The client's error where no other attempt follows.
    func error(at instance: String) -> GatewayError {
        let words = message + (requestID.map { " (its request \($0))" } ?? "")
        switch cause {
        case .unreachable, .cut: return .upstreamFailed(message: "\(instance): \(message)")
        case .tooLarge: return .upstreamFailed(message: "\(instance) \(message)")
        case .ours:
            return .noInstanceAvailable(message: "the gateway cannot reach \(instance): \(message)", retryAfter: 1)
        case .timedOut, .takenOut: return .upstreamTimeout(message: "\(instance) \(message)")
        case .told(let kind):
            switch kind {
            // A proxy's limits are the instance's affair, and a page is no word about the request.
            case .client where isFromBefore:
                return .upstreamFailed(message: "\(instance) answered \(status): \(words)")
            case .client: return .invalidRequest(message: message, param: nil)
            case .contextWindow: return .contextTooLong(message: message)
            case .contentPolicy: return .contentRefused(message: message)
            // A limit is told as one, as clients wait for it to pass; an instance that is full is as good as out.
            case .saturated where status == 429:
                return .rateLimited(
                    message: "\(instance) takes no more for now: \(message)", retryAfter: retryAfter ?? 1)
            case .saturated:
                return .noInstanceAvailable(
                    message: "\(instance) is busy: \(message)", retryAfter: retryAfter ?? 1)
            case .server, .unreadCall: return .upstreamFailed(message: "\(instance) answered \(status): \(words)")
            case .unauthorised:
                return .upstreamFailed(message: "\(instance) refuses the account that it is called with: \(words)")
            case .missingTag, .incomplete, .malformed: return .upstreamFailed(message: "\(instance): \(words)")
            }
        }
    }
}
