/// Chooses one of the deployments that may be picked. Bookkeeping and availability are `PoolState`'s.
///
/// A strategy that prefers the lowest of some number is a `KeyedStrategy`, which costs less.
public protocol Strategy: Sendable {
    /// As written in YAML, metrics and on the command line.
    static var name: String { get }
    /// Other spellings that mean the same.
    static var aliases: [String] { get }
    /// How the latency in a candidate is measured; nil when the strategy does not look at it.
    static var latency: LatencyEWMA.Rule? { get }
    /// The other things that it looks at; only these are worked out for it.
    static var needs: StrategyNeeds { get }
    /// One that has seen nothing, for one model.
    init()
    /// The index of the one chosen. Candidates are never none, in the model's order, and all may be picked.
    mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int
}

extension Strategy {
    /// No other spellings.
    public static var aliases: [String] { [] }
    /// No latency.
    public static var latency: LatencyEWMA.Rule? { nil }
    /// Counts are enough.
    public static var needs: StrategyNeeds { [] }
}

/// Costly things that a strategy may look at, beside counts and latencies.
public struct StrategyNeeds: OptionSet, Sendable {
    /// `PickRequest.prefix`: the gateway hashes the beginning of each prompt.
    public static let prefix = StrategyNeeds(rawValue: 1)
    /// `Candidate.predicted`: the pool keeps a forecast. A request whose best place is taken then waits at the gateway, and
    /// plans serve the queue.
    public static let prediction = StrategyNeeds(rawValue: 2)

    /// One bit each.
    public let rawValue: UInt8

    /// The needs with these bits.
    public init(rawValue: UInt8) { self.rawValue = rawValue }
}

/// Chooses the lowest key, and of equals the one that was served longest ago.
///
/// A key may depend only on what a `Tally` holds, so that `PoolState` recomputes it when that changes and keeps the
/// candidates in order; time must not change the order of two keys.
public protocol KeyedStrategy: Strategy {
    /// Keys this little above the lowest count as equal to it.
    static var tolerance: Double { get }
    /// The lowest wins. Finite.
    static func key(of tally: Tally) -> Double
}

extension KeyedStrategy {
    /// Only equal keys are equal.
    public static var tolerance: Double { 0 }

    /// The same choice that `PoolState` finds in its order without a scan.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        var lowest = Double.infinity
        for index in candidates.indices { lowest = min(lowest, Self.key(of: candidates[index].tally)) }
        var chosen = 0
        var oldest = Double.infinity
        for index in candidates.indices where Self.key(of: candidates[index].tally) <= lowest + Self.tolerance {
            if candidates[index].served < oldest { (chosen, oldest) = (index, candidates[index].served) }
        }
        return chosen
    }
}
