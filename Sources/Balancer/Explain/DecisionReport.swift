/// Why one request went where it went, in the shape of `GET /decisions/{call_id}`.
public struct DecisionReport: Codable, Equatable, Sendable {
    /// Always `decision`.
    public var object = "decision"
    /// The request's `x-litellm-call-id`.
    public var callID: String
    /// Each instance it was sent to, in order.
    public var attempts: [Attempt]
    /// The cost of the answer that the client got, in dollars; nil while the request runs.
    public var cost: Double?
    /// The cost of the attempts before it, as far as their providers counted, in dollars; nil while the request runs.
    public var failedAttemptsCost: Double?

    /// A report on this call.
    public init(callID: String, attempts: [Attempt]) {
        self.callID = callID
        self.attempts = attempts
    }

    /// One choice and what became of it.
    public struct Attempt: Codable, Equatable, Sendable {
        /// The name the client asked for.
        public var model: String
        /// The strategy that chose.
        public var strategy: String
        /// When, as ISO 8601 in UTC.
        public var at: String
        /// `best`, `queue` (best when its turn came), `retry` or `trial`.
        public var way: String
        /// Seconds it waited at the gateway before.
        public var waitedSeconds: Double
        /// The chosen instance.
        public var instance: String
        /// Tokens of the prompt, as estimated.
        public var promptTokens: Int
        /// Tokens expected of the answer; nil where nothing is predicted.
        public var expectedTokens: Int?
        /// The deployments of the model as they stood: the best sixteen, the chosen one among them.
        public var candidates: [Candidate]
        /// The predicted times; nil where nothing was predicted.
        public var predicted: Times?
        /// The measured times; nil while it runs.
        public var actual: Times?
        /// (predicted − actual) / actual of the time to the first token.
        public var firstTokenError: Double?
        /// `succeeded`, `failed: …`, `ignored` (the client left, or the fault was its own) or `running`.
        public var outcome: String

        enum CodingKeys: String, CodingKey {
            case model, strategy, at, way, instance, candidates, predicted, actual, outcome
            case waitedSeconds = "waited_s"
            case promptTokens = "prompt_tokens"
            case expectedTokens = "expected_tokens"
            case firstTokenError = "first_token_error"
        }
    }

    /// One deployment that might have been chosen.
    public struct Candidate: Codable, Equatable, Sendable {
        /// Its instance.
        public var instance: String
        /// Requests in flight on the instance.
        public var inFlight: Int
        /// Why it could not be picked; nil when it could.
        public var out: String?
        /// The number that the strategy compares; the lowest wins. Seconds where `terms` are given.
        public var total: Double?
        /// The sum's parts; nil where the strategy goes by one number.
        public var terms: Terms?

        enum CodingKeys: String, CodingKey {
            case instance, out, total, terms
            case inFlight = "in_flight"
        }
    }

    /// The parts of a predicted cost, in seconds.
    public struct Terms: Codable, Equatable, Sendable {
        /// Until a slot is free.
        public var wait: Double
        /// Bringing the model into memory, as far as it counts.
        public var load: Double
        /// The loss of the models that are driven out for it.
        public var eviction: Double
        /// Reading the prompt.
        public var prefill: Double
        /// The delay to those at work there.
        public var harm: Double
        /// A cached prompt that is written over.
        public var overwrite: Double
    }

    /// Seconds from the request's going out.
    public struct Times: Codable, Equatable, Sendable {
        /// To the first token; nil when it is not known.
        public var firstToken: Double?
        /// To the last byte; nil when it is not known.
        public var duration: Double?

        enum CodingKeys: String, CodingKey {
            case firstToken = "first_token_s"
            case duration = "duration_s"
        }
    }

    enum CodingKeys: String, CodingKey {
        case object, attempts, cost
        case callID = "call_id"
        case failedAttemptsCost = "failed_attempts_cost"
    }
}
