/// What the operator set for every request. All values given: defaults live in the configuration.
public struct ExchangeSettings: Sendable {
    /// Retries after the first attempt, where the request does not say.
    public var numRetries: Int
    /// The shortest pause before a retry when no other instance is left.
    public var retryAfter: Duration
    /// A streamed attempt without a first token by then is given up; nil: only the deployment's own limit counts.
    public var firstTokenDeadline: Duration?
    /// The whole request with all its attempts and waits; nil: none.
    public var totalTimeout: Duration?
    /// Bytes of one upstream answer that is not streamed; beyond it the attempt failed.
    public var maximumAnswer: Int

    /// All settings as given.
    public init(
        numRetries: Int, retryAfter: Duration, firstTokenDeadline: Duration?,
        totalTimeout: Duration?, maximumAnswer: Int
    ) {
        self.numRetries = numRetries
        self.retryAfter = retryAfter
        self.firstTokenDeadline = firstTokenDeadline
        self.totalTimeout = totalTimeout
        self.maximumAnswer = maximumAnswer
    }

    /// More retries than this are not taken, whatever a request asks for.
    public static let mostRetries = 20
}
