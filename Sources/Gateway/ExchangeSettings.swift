/// What the operator set for every request. All values given: defaults live in the configuration.
public struct ExchangeSettings: Sendable {
    /// Retries after the first attempt, where the request does not say.
    public var numRetries: Int
    /// The longest wait for a free place.
    public var maxWait: Duration
    /// The whole request with all its attempts and waits; nil: none.
    public var totalTimeout: Duration?
    /// Bytes of one upstream answer that is not streamed; beyond it the attempt failed.
    public var maximumAnswer: Int

    /// All settings as given.
    public init(numRetries: Int, maxWait: Duration, totalTimeout: Duration?, maximumAnswer: Int) {
        self.numRetries = numRetries
        self.maxWait = maxWait
        self.totalTimeout = totalTimeout
        self.maximumAnswer = maximumAnswer
    }

    /// More retries than this are not taken, whatever a request asks for.
    public static let mostRetries = 20
}
