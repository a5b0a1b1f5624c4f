/// One box's counters since its start or its last reset. Every request is in exactly one of `completed`,
/// `cancelled`, `failed`, `running` and `queued`.
public struct FarmStats: Equatable, Sendable {
    /// The box's number, from 0.
    public var box = 0
    /// Requests that would run a model and arrived whole.
    public var requests = 0
    /// Answered to the end.
    public var completed = 0
    /// Given up by their client.
    public var cancelled = 0
    /// Holding a slot now.
    public var running = 0
    /// The most that ever held a slot at once.
    public var maxRunning = 0
    /// Open without a slot: waiting for a load or a slot, or held by a fault.
    public var queued = 0
    /// Loads begun.
    public var loads = 0
    /// Models put out of memory to make room for another, or for other options.
    public var evictions = 0
    /// Tokens written by the boxes' models.
    public var tokens = 0
    /// Pulls of models under way now; they are no requests.
    public var pulling = 0
    /// Answered with an error, or ended by a fault.
    public var failed = 0

    /// Nothing counted.
    public init() {}
}
