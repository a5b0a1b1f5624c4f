public import Balancer

/// Requests in the order in which they arrive.
public struct Workload: Sendable {
    /// Arrivals never go backwards.
    public var requests: [SimulatedRequest]
    /// How many clients' keys the requests belong to; `SimulatedRequest.key` counts from 0.
    public var keys: Int

    /// These requests of that many keys.
    public init(requests: [SimulatedRequest], keys: Int = 1) {
        self.requests = requests
        self.keys = keys
    }

    /// From the first arrival to the last, in nanoseconds.
    public var span: Int64 { requests.last.map { $0.arrival - requests[0].arrival } ?? 0 }
}

/// One request, with what only its answer will show.
public struct SimulatedRequest: Sendable {
    /// When it reaches the gateway, in nanoseconds.
    public var arrival: Int64
    /// The model's position in the pool; -1 until a mix is given.
    public var model: Int32 = -1
    /// Tokens of the prompt; at least 1.
    public var promptTokens: Int32
    /// Tokens of the answer; at least 1. Nobody knows it beforehand.
    public var outputTokens: Int32
    /// Whose it is.
    public var key: Int32 = 0
    /// How urgent it is.
    public var serviceClass = ServiceClass.default
    /// Tokens of context that it asks for (`num_ctx`); 0: it does not say.
    public var context: Int32 = 0
    /// The beginnings of the prompt: the hash of its first block of `PrefixChain.blockTokens` tokens, of its first two,
    /// and so on. Empty when the source says nothing of contents.
    public var prefix: [UInt64] = []
    /// As `prefix`, of the prompt and its answer; empty when that is not known.
    public var transcript: [UInt64] = []

    /// A request with these figures.
    public init(arrival: Int64, promptTokens: Int32, outputTokens: Int32) {
        self.arrival = arrival
        self.promptTokens = max(1, promptTokens)
        self.outputTokens = max(1, outputTokens)
    }
}
