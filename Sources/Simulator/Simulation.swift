import Balancer

/// Runs strategies over a workload in virtual time.
public enum Simulation {
    /// The share of the requests that only bring a pool into its stride, and are not counted.
    public static let warmUp = 0.1

    /// Every strategy that can be run on any pool: the product's, then those for comparison.
    public static var strategies: [String] {
        Strategies.names + SimulatedStrategy.baselines.map { $0.name } + [ClairvoyantPolicy.name]
    }

    /// Those, and where the pool has a placement by hand, LiteLLM's over that too.
    public static func strategies(for pool: SimulatedPool) -> [String] {
        guard !pool.pinned.isEmpty else { return strategies }
        let pinned = strategies.filter { $0.hasPrefix("litellm-") }.map { $0 + SimulatedStrategy.pinnedSuffix }
        return strategies + pinned
    }

    /// Whether there is a strategy of this name.
    /// - Throws: `UnknownStrategy` when there is none.
    public static func check(_ strategy: String) throws(UnknownStrategy) {
        _ = try SimulatedStrategy(strategy)
    }

    /// The result of one run.
    public struct Result: Sendable {
        /// The figures.
        public var figures: Figures
        /// The times for a plot.
        public var traces: Traces
        /// Whether nothing is counted as open at the end, as it has to be.
        public var isBalanced: Bool
    }

    /// Whether several gateways can run it: one of the product's own. The others are of one mind by what they are.
    public static func runsOnSeveral(_ strategy: String) -> Bool { Strategies.named(strategy) != nil }

    /// Runs one strategy; `progress` hears now and then how many requests are over.
    /// - Throws: `UnknownStrategy`.
    public static func run(
        _ strategy: String, on pool: SimulatedPool, _ workload: Workload, gateways: SimulatedGateways = .one,
        seed: UInt64, progress: (Int) -> Void = { _ in }
    ) throws(UnknownStrategy) -> Result {
        let strategy = try SimulatedStrategy(strategy)
        return strategy.run(pool, workload, gateways: gateways, seed: seed, progress: progress)
    }
}

/// How many gateways share a pool, and whether they tell each other what they have in flight.
public enum SimulatedGateways: Equatable, Sendable {
    /// One that sees everything.
    case one
    /// So many that know nothing of each other.
    case blind(Int)
    /// So many that tell each other four times a second.
    case sharing(Int)

    var count: Int {
        switch self {
        case .one: 1
        case .blind(let count), .sharing(let count): count
        }
    }

    var areSharing: Bool { if case .sharing = self { true } else { false } }

    /// Behind a strategy's name in a table; empty for one.
    public var suffix: String {
        switch self {
        case .one: ""
        case .blind(let count): ", \(count) blind"
        case .sharing(let count): ", \(count) sharing"
        }
    }
}

/// No strategy has this name.
public struct UnknownStrategy: Error, Equatable, Sendable {
    /// The name asked for.
    public var name: String
}
