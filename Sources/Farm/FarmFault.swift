/// Something a box does wrong, and for how long.
///
/// A box has one fault at a time: the next replaces it, `none` ends it. Unless it says otherwise a fault touches the
/// requests that arrive while it lasts, and only those that would run a model; the control routes always work. What counts
/// tokens counts the lines of a pull, where its `path` is `/api/pull`.
public struct FarmFault: Equatable, Sendable {
    /// The kind of fault.
    public enum Kind: Equatable, Sendable {
        case none
        /// The listener closes and every open connection is reset, as when the process is killed.
        case refuse
        /// Answers with that status at once.
        case status(Int)
        /// Accepts, reads, never answers, whatever is asked.
        case hang
        /// The first token comes that much later.
        case slowFirstToken(Duration)
        /// Writes that many tokens, then nothing, and keeps the slot until the client leaves.
        case stallAfter(tokens: Int)
        /// Writes that many tokens, then ends the connection.
        case cutAfter(tokens: Int, end: Cut)
        /// Writes that many tokens, then ends the stream properly but without its `done:true` line.
        case noDone(tokens: Int)
        /// Writes that many tokens, then a line with an error, and ends the stream properly.
        case errorLine(tokens: Int)
        /// Writes that many tokens, then a line that is not JSON.
        case badJSON(tokens: Int)
        /// Lists its models as ever, and never answers a request that would run one.
        case zombie
        /// Shows another digest than the other boxes.
        case wrongDigest
        /// Does not have the model.
        case missingTag
        /// Writes tokens that many times slower, running requests included.
        case slowTokens(factor: Double)
    }

    /// How `cutAfter` ends a connection.
    public enum Cut: String, Sendable {
        /// A reset (RST): the peer's next read fails.
        case reset
        /// Closed in order (FIN), in the midst of an answer.
        case close
        /// Only the sending side closes (FIN); the box still reads.
        case halfClose = "half_close"
    }

    /// The kind of fault.
    public var kind: Kind
    /// How long it lasts by the clock; nil until changed.
    public var duration: Duration?
    /// How many requests it touches before it ends by itself; nil for all.
    public var times: Int?
    /// The share of requests that it touches, 0 to 1; nil for all.
    public var rate: Double?
    /// Touches the requests for paths that begin so, whether they would run a model or not; nil leaves it to the kind.
    public var path: String?
    /// The model that `wrongDigest` and `missingTag` speak of; nil for all.
    public var model: String?
    /// The `Retry-After` of a `status`, in seconds; nil: none.
    public var retryAfter: Int?

    /// Lasts until changed and touches every request, where nothing else is said.
    public init(
        _ kind: Kind, for duration: Duration? = nil, times: Int? = nil, rate: Double? = nil, path: String? = nil,
        model: String? = nil, retryAfter: Int? = nil
    ) {
        self.kind = kind
        self.duration = duration
        self.times = times
        self.rate = rate
        self.path = path
        self.model = model
        self.retryAfter = retryAfter
    }
}
