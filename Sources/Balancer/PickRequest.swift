/// What a pick has to know about the request.
public struct PickRequest: Sendable {
    /// The prompt's length in tokens, estimated; at least 1.
    public var promptTokens: Int
    /// Instances this request has already failed on: not picked by this call.
    public var tried: InstanceSet

    /// A request of this size that has failed on `tried`.
    public init(promptTokens: Int, tried: InstanceSet) {
        self.promptTokens = promptTokens
        self.tried = tried
    }
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
    /// As `full`, and the queue is full too.
    case queueFull
    /// The pool has no such model.
    case unknownModel
}

/// Why nothing could be picked, for the client.
public struct Unavailable: Error, Equatable, Sendable {
    /// What is wrong and what to do about it.
    public var message: String
    /// When trying again may help; at least one second.
    public var retryAfter: Duration

    /// An explanation with these values.
    public init(message: String, retryAfter: Duration) {
        self.message = message
        self.retryAfter = retryAfter
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

/// A place in a model's queue.
public struct WaitTicket: Hashable, Sendable {
    let model: Int
    let number: UInt64
}
