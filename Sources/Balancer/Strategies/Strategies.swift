/// Every strategy there is: YAML, the simulator, benchmarks, the tests of laws and of documents go by this list.
public enum Strategies {
    /// Add a strategy here.
    public static let all: [any Strategy.Type] = [
        Shuffle.self,
        LeastBusy.self,
        LatencyBased.self,
        PeakEWMA.self,
        Soonest.self,
        PowerOfTwo.self,
        RoundRobin.self,
        PrefixAffinity.self,
    ]

    /// The names, without aliases.
    public static var names: [String] { all.map { $0.name } }

    /// The strategy of this name or alias; nil when there is none.
    public static func named(_ name: String) -> (any Strategy.Type)? {
        all.first { $0.name == name || $0.aliases.contains(name) }
    }
}
