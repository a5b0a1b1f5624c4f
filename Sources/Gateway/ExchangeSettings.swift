public import Ledger

/// The operator's settings for every request. All values given: defaults live in the configuration.
public struct ExchangeSettings: Sendable {
    /// Retries after the first attempt, where the request does not say.
    public var numRetries: Int
    /// Fallbacks that one request may take (`max_fallbacks`).
    public var maxFallbacks: Int
    /// The model that requests are compared with (`drover.compare_with`); nil: none.
    public var comparedPrice: Price?
    /// That model's name, as the operator writes it.
    public var comparedModel: String?
    /// Whether a stream's chunk of token counts says what they cost (`include_cost_in_streaming_usage`).
    public var saysStreamsCost = false
    /// Whether the arguments of calls are mended where an instance inside gives some that are no JSON
    /// (`drover.repair_tool_calls`).
    public var mendsCalls = true
    /// Whether pictures are fetched for instances that do not fetch them (`drover.fetch_images`).
    public var fetchesPictures = false
    /// Whether a model that has written a call which nobody can read is asked once more, with what was wrong.
    public var asksCallsAgain = false
    /// Whether exporters are told what was asked (`drover.export_prompts`).
    public var tellsPrompts = false
    /// The headers by which clients say for whom they ask.
    public var senders = SenderHeaders()
    /// Keys, budgets and the book; nil where no key is asked for.
    public var spending: Spending?
    /// Which requests are traced; nil where none are.
    public var traces: TraceSampler?
    /// The answers that clients can go on from; nil where none are kept.
    public var shelf: (any ResponseShelf)?
    /// The shortest pause before a retry when no other instance is left.
    public var retryAfter: Duration
    /// An attempt without a first token by then is given up; nil: only the deployment's own limit counts. While it is
    /// set, upstreams stream to clients that do not, too. Embeddings have no tokens and no such deadline.
    public var firstTokenDeadline: Duration?
    /// Whether attempts inside are late by what is known of how long they take there (`drover.first_token.deadline: auto`): then
    /// another instance is asked, too.
    public var learnsFirstToken = false
    /// How long a client waits for its first token that does not say; nil: as long as it takes.
    public var objective: Duration?
    /// The whole request with all its attempts and waits; nil: none.
    public var totalTimeout: Duration?
    /// How often a stream that stands still says that it lives (`sse_keepalive_ping_interval_seconds`); nil: never.
    public var pingInterval: Duration?
    /// Bytes of one upstream answer to a client that does not stream; beyond it the attempt failed.
    public var maximumAnswer: Int
    /// Bytes of a request body from which on it is read and written anew elsewhere than on the event loop.
    public var largeBody: Int

    /// All settings as given.
    public init(
        numRetries: Int, maxFallbacks: Int, comparedPrice: Price?, retryAfter: Duration, firstTokenDeadline: Duration?,
        totalTimeout: Duration?, pingInterval: Duration?, maximumAnswer: Int, largeBody: Int
    ) {
        self.numRetries = numRetries
        self.maxFallbacks = maxFallbacks
        self.comparedPrice = comparedPrice
        self.retryAfter = retryAfter
        self.firstTokenDeadline = firstTokenDeadline
        self.totalTimeout = totalTimeout
        self.pingInterval = pingInterval
        self.maximumAnswer = maximumAnswer
        self.largeBody = largeBody
    }

    /// More retries than this are not taken, whatever a request asks for.
    public static let mostRetries = 20
}

extension ExchangeSettings {
    /// The settings as requests have them: held once, and by reference, since a copy of them all is one of the larger costs of a
    /// small request.
    public final class Shared: Sendable {
        let value: ExchangeSettings

        /// These, for as many requests as there are.
        public init(_ value: ExchangeSettings) { self.value = value }
    }
}
