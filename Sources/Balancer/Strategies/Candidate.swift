/// The facts of an available deployment that a strategy may look at.
public struct Candidate: Sendable {
    /// Where it runs.
    public var instance: InstanceID
    /// Requests the instance serves at a time, as configured; nil when that is not known.
    public var slots: Int?
    /// Lower the longer it has not been served.
    public var served: Double
    /// Seconds until the request's first token, with the harm to others; 0 where the strategy predicts nothing.
    public var predicted: Double
    /// Counts and levels.
    public var tally: Tally
    /// Its position in `PoolState.deployments`.
    let deployment: Int32

    /// Requests in flight on the instance, over all its models.
    public var inFlight: Int { tally.inFlight }
}

/// The facts that a key may depend on.
public struct Tally: Sendable {
    /// Requests in flight on the instance, over all its models.
    public var inFlight: Int
    /// When its turn comes, in picks of weight 1 on the model's own clock: rises by 1 / weight with each pick.
    public var turn: Double
    /// The logarithm of the latency estimate, on a scale on which time changes nothing; see `LatencyEWMA`.
    public var latencyLevel: Double
    /// The logarithm of the requests in flight plus one, to be added to `latencyLevel`; 0 when the strategy does not look
    /// at latencies.
    public var loadLevel: Double
}

/// Room to choose in, kept so that a choice allocates nothing once it has seen the largest pool.
struct ChoiceRoom: Sendable {
    var candidates: [Candidate] = []
    /// One for each candidate where something is predicted.
    var scores: [Score] = []
    /// The index of the latest choice.
    var chosen = 0

    /// Leaves out those that are passed over while there are others.
    mutating func passOver(_ isPassedOver: (Candidate) -> Bool) {
        guard !candidates.allSatisfy(isPassedOver) else { return }
        candidates.removeAll(where: isPassedOver)
    }
}
