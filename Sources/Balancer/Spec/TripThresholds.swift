/// Failures in a row that open a breaker, by the class of the latest one (LiteLLM's `allowed_fails_policy`: n allowed
/// failures of a class are n + 1 here). Each at least 1; nil goes by `BreakerSettings.tripAfter`.
public struct TripThresholds: Equatable, Sendable {
    /// No answer in time, the instance's own word for it (408, 504) included.
    public var timeout: Int?
    /// The instance does not take our key: 401, 403.
    public var authentication: Int?
    /// 404, and a tag that nobody would ever find again.
    public var notFound: Int?
    /// Any other status, a lost connection, an answer without its end.
    public var internalServer: Int?
    /// 503.
    public var serviceUnavailable: Int?
    /// 502.
    public var badGateway: Int?

    /// No class has a threshold of its own.
    public static let none = TripThresholds(
        timeout: nil, authentication: nil, notFound: nil, internalServer: nil, serviceUnavailable: nil, badGateway: nil)

    /// Thresholds with these values.
    public init(
        timeout: Int?, authentication: Int?, notFound: Int?, internalServer: Int?, serviceUnavailable: Int?,
        badGateway: Int?
    ) {
        self.timeout = timeout
        self.authentication = authentication
        self.notFound = notFound
        self.internalServer = internalServer
        self.serviceUnavailable = serviceUnavailable
        self.badGateway = badGateway
    }

    /// The threshold of a failure's class; nil where it has none, and for what counts for no deployment.
    func threshold(of failure: Failure) -> Int? {
        switch failure {
        case .timedOut, .serverError(status: 408), .serverError(status: 504): timeout
        case .serverError(status: 401), .serverError(status: 403): authentication
        case .missingTag, .serverError(status: 404): notFound
        case .serverError(status: 503): serviceUnavailable
        case .serverError(status: 502): badGateway
        case .serverError, .connectionLost, .incomplete: internalServer
        case .refused, .saturated: nil
        }
    }
}
