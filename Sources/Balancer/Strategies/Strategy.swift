/// Chooses one of the deployments that may be picked: the one with the lowest key.
///
/// A key may depend only on what a `Candidate` holds, so that `PoolState` recomputes it when that changes and keeps the
/// candidates in order; time must not change the order of two keys. Bookkeeping and availability are `PoolState`'s.
public protocol Strategy: Sendable {
    /// As written in YAML, metrics and on the command line.
    static var name: String { get }
    /// Other spellings that mean the same.
    static var aliases: [String] { get }
    /// How the latency in a candidate is measured; nil when the strategy does not look at it.
    static var latency: LatencyEWMA.Rule? { get }
    /// Whether it goes by predicted seconds, which depend on the request and on time: then `PoolState` scores every
    /// candidate by its `Forecast` instead of keeping them in order by `key`, and lets requests wait for a slot.
    static var isForecast: Bool { get }
    /// Keys this little above the lowest count as equal to it; of equals the one served longest ago is next.
    static var tolerance: Double { get }
    /// The lowest wins. Finite.
    static func key(of candidate: Candidate) -> Double
}

extension Strategy {
    /// No other spellings.
    public static var aliases: [String] { [] }
    /// No latency.
    public static var latency: LatencyEWMA.Rule? { nil }
    /// Goes by `key`.
    public static var isForecast: Bool { false }
    /// Only equal keys are equal.
    public static var tolerance: Double { 0 }
}

/// What a strategy may look at.
public struct Candidate: Sendable {
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
