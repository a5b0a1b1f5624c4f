/// How a lease ended.
public enum Outcome: Equatable, Sendable {
    /// The whole answer arrived.
    case succeeded(Sample)
    /// The instance has loaded the model, or unloaded it, and nothing was asked of the model: it works, and how fast it answers is
    /// not known. The time that the load took; nil where it was no load.
    case loaded(Duration?)
    /// A good answer has begun, after so long, and nobody reads on: it was asked for to see that there is one.
    case answered(Duration, Beginning)
    /// The instance failed, and how.
    case failed(Failure)
    /// The instance says that the request is at fault (4xx). Nothing else is known of the instance, unless it says so more
    /// often than its peers.
    case declined(status: Int)
    /// It says nothing about the instance: the client left.
    case ignored
}

/// What there was of an answer whose end nobody waited for.
public enum Beginning: Equatable, Sendable {
    /// Its first token.
    case firstToken
    /// All of it, which came at its end.
    case whole
    /// A part, of which nobody knows how much is to come and what came before it.
    case part
}

/// The measurements of a successful request.
public struct Sample: Equatable, Sendable {
    /// From sending the request to the first token of the answer.
    public var timeToFirstToken: Duration
    /// From sending the request to the last byte.
    public var duration: Duration
    /// Tokens read.
    public var promptTokens: Int
    /// Tokens written.
    public var completionTokens: Int
    /// Where the instance says the time went; nil when it does not say.
    public var times: BoxTimes?

    /// A sample with these values.
    public init(
        timeToFirstToken: Duration, duration: Duration, promptTokens: Int, completionTokens: Int, times: BoxTimes?
    ) {
        self.timeToFirstToken = timeToFirstToken
        self.duration = duration
        self.promptTokens = promptTokens
        self.completionTokens = completionTokens
        self.times = times
    }
}

/// Where an instance says a request's time went, by its own clock (OLLAMA's `*_duration`).
public struct BoxTimes: Equatable, Sendable {
    /// From the request's arrival to its last token.
    public var total: Duration
    /// Until the model was in memory for it: a load, or a moment.
    public var load: Duration
    /// Reading the prompt.
    public var prefill: Duration
    /// Writing the answer.
    public var decode: Duration

    /// Times with these values.
    public init(total: Duration, load: Duration, prefill: Duration, decode: Duration) {
        self.total = total
        self.load = load
        self.prefill = prefill
        self.decode = decode
    }
}

/// The fault of an instance. Each case says which breaker it counts for.
public enum Failure: Equatable, Sendable {
    /// No connection: refused, unreachable, no such name. Opens the instance's breaker at once.
    case refused
    /// Reset or cut before or during the answer, or bytes that are no HTTP. Counts for the deployment.
    case connectionLost
    /// No answer in time. Counts for the deployment.
    case timedOut
    /// A status that says the instance failed. Counts for the deployment.
    case serverError(status: Int)
    /// "Server busy", or a rate limit: alive but full. Left alone for `retryAfter` or `saturationPause`; opens nothing.
    case saturated(retryAfter: Duration?, isRateLimit: Bool = false)
    /// The instance does not have the tag after all. Opens nothing: the deployment lacks its tag until a probe sees it.
    case missingTag
    /// An answer without its end, or with an error in it. Counts for the deployment.
    case incomplete
}
