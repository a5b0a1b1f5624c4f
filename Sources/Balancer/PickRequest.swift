/// The facts about a request that a pick needs.
public struct PickRequest: Sendable {
    /// The prompt's length in tokens, estimated; at least 1.
    public var promptTokens: Int
    /// Instances this request has already failed on: not picked by this call.
    public var tried: InstanceSet
    /// Deployments it may never go to, whatever else is left: a promise to the client (nothing leaves the house) or what
    /// they cannot do (a prompt that is too long). If it excludes any, what the pool gains while it waits is excluded
    /// as well: nobody has asked about that.
    public var excluded = DeploymentSet()
    /// The most tokens the answer may have (`max_tokens`), when the client says.
    public var outputLimit: Int?
    /// The beginnings of the prompt: the hash of its first block, of its first two, and so on, each block
    /// `PrefixChain.blockTokens` long. Empty when nobody looks at it.
    public var prefix: [UInt64] = []
    /// A hash of the request's name, by which its decisions are found again.
    public var call: UInt64 = 0
    /// Whose turn it takes in a queue: a hash of the client's key.
    public var flow: UInt64 = 0
    /// How urgent it is.
    public var serviceClass = ServiceClass.default
    /// Tokens of context that it asks for (`num_ctx`); nil leaves it to the instance.
    public var context: Int?
    /// Whether its first token will be seen when it comes.
    public var isStreamed = true
    /// Whether the times of its answer are learned, and by which its own are judged.
    public var learns = Learning.nothing
    /// It has been sent and has failed, wherever that was: an instance that is failing costs budget.
    public var isRetry = false
    /// It has an answer, if a bad one: another instance is only asked where that is no trial.
    public var isOptional = false
    /// How long its client will wait for the first token, when the client says.
    public var patience: Duration?
    /// Whether something else takes it if nothing here can at once: then no instance is tried that its breaker keeps out.
    public var hasElsewhere = false
    /// Whether it takes a slot that is free although others' prompts are read there first: something else would take it if it
    /// waited at the gateway.
    public var goesAtOnce = false
    /// How long it may wait for a place; nil: as long as it takes.
    public var mostWait: Duration?

    /// Whether it has been sent and has failed.
    var hasFailed: Bool { isRetry || !tried.isEmpty }

    /// A request of this size that has failed on `tried`.
    public init(promptTokens: Int, tried: InstanceSet) {
        self.promptTokens = promptTokens
        self.tried = tried
    }

    /// Tokens that it may come to, as counted against limits.
    var mostTokens: Int {
        let prompt = max(0, min(promptTokens, Self.mostCounted))
        return min(prompt + max(0, min(outputLimit ?? 0, Self.mostCounted)), Self.mostCounted)
    }

    /// The most that 32 bits hold.
    private static let mostCounted = Int(Int32.max)

    /// Whether there is surely nothing for it where there was nothing for the other.
    func isNoFreer(than other: PickRequest) -> Bool {
        excluded == other.excluded && tried == other.tried && mostTokens >= other.mostTokens
            && (isRetry || !other.isRetry)
    }
}

/// What the times of an answer say of others.
public enum Learning: Sendable {
    /// Nothing: it is no text, or none of the model's.
    case nothing
    /// How long answers take.
    case answers
    /// How long those take that are thought about.
    case thoughts
    /// How long jobs take whose answers come all at once, such as embeddings.
    case wholes
}

/// How urgent a request is, most urgent first.
public enum ServiceClass: Int, CaseIterable, Comparable, Sendable {
    /// Somebody sits in front of it.
    case interactive
    /// Nothing was said.
    case `default`
    /// Nobody waits for it now.
    case batch

    /// The more urgent one is the lesser.
    public static func < (left: ServiceClass, right: ServiceClass) -> Bool { left.rawValue < right.rawValue }

    /// As written in headers and configuration.
    public var name: String {
        switch self {
        case .interactive: "interactive"
        case .default: "default"
        case .batch: "batch"
        }
    }

    /// The class of this name; nil when there is none.
    public init?(name: String) {
        guard let named = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = named
    }
}

/// The prefix of a prompt as hashes.
public enum PrefixChain {
    /// Tokens per block. Small blocks see more, long chains cost more: a system prompt is some blocks, a long
    /// conversation some hundred.
    public static let blockTokens = 128
}

/// Why there is no lease.
public enum PickError: Error, Equatable, Sendable {
    /// No deployment of the model may be used.
    case unavailable(Unavailable)
    /// Deployments may be used, but this request has failed on all of them.
    case exhausted
    /// Every deployment is at its cap or too busy: `wait` gives a place in the queue.
    case full(Unavailable)
    /// Only failing instances are left, and the budget for retries onto those is spent.
    case budgetSpent
    /// It would have to wait longer than its client will.
    case tooLate(Unavailable)
    /// As `full`, and the queue is full too.
    case queueFull
    /// The request excludes every deployment of the model.
    case excluded
    /// The pool has no such model.
    case unknownModel
}

/// Why nothing could be picked, for the client.
public struct Unavailable: Error, Equatable, Sendable {
    /// The cause, and a remedy.
    public var message: String
    /// When trying again may help; at least one second.
    public var retryAfter: Duration
    /// How long the first token is predicted to take, where the model is routed by predictions.
    public var predictedWait: Duration?
    /// The limit behind it, of the deployment that opens first; nil where none is.
    public var limit: Limit?
    /// How long until time alone opens that deployment; nil where it takes an event, as another request's end.
    public var opensIn: Duration?
    /// Nothing but its breaker keeps an instance from it: it may be tried in need.
    public var mayBeTried = false

    /// An explanation with these values.
    public init(
        message: String, retryAfter: Duration, predictedWait: Duration? = nil, limit: Limit? = nil,
        opensIn: Duration? = nil
    ) {
        self.message = message
        self.retryAfter = retryAfter
        self.predictedWait = predictedWait
        self.limit = limit
        self.opensIn = opensIn
    }
}

/// A limit that keeps requests from a deployment which is well.
public enum Limit: String, Sendable {
    /// Its own requests per minute.
    case rpm
    /// Its own tokens per minute.
    case tpm
    /// The other side wants to be left alone: a rate limit (429).
    case pause
    /// As `pause`, and it did not say for how long.
    case openPause
    /// As `pause`, since it is full or out for a while ("server busy", 503 with `Retry-After`).
    case busy
    /// Its own cap on requests in flight.
    case maxParallel = "max_parallel_requests"

    /// How long a wait for it may be at most, whatever a client's own limit is; nil: as long as that.
    ///
    /// A rate limit ends when it says, where it says. What one says that is full or out is a guess, so nobody is kept in silence for it: the client is
    /// told the time and may go elsewhere.
    public var mostWait: Duration? {
        switch self {
        case .pause: .seconds(30)
        case .busy, .openPause: .seconds(5)
        case .rpm, .tpm, .maxParallel: nil
        }
    }
}

/// The pool has no instance of this name.
public struct UnknownInstance: Error, Equatable, Sendable {
    /// The name asked for.
    public var name: String
    /// The names there are.
    public var known: [String]

    /// No instance `name` among `known`.
    public init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }
}

/// A queue that a request may stand in.
public struct WaitPlace: Sendable {
    /// The model whose queue it is.
    public var model: ModelID
    /// The request as that model's deployments see it.
    public var request: PickRequest

    /// A place for `request` in the queue of `model`.
    public init(_ model: ModelID, _ request: PickRequest) {
        self.model = model
        self.request = request
    }
}

/// A place in the queue of a model, or of several.
public struct WaitTicket: Hashable, Sendable {
    let models: [Int]
    package let number: UInt64
}
