import Balancer

/// How a pool chooses one of its instances: one of `Strategies`.
public struct RoutingStrategy: Hashable, Sendable {
    /// By weight.
    public static let simpleShuffle = RoutingStrategy(Shuffle.name)
    /// The instance with the fewest requests in flight.
    public static let leastBusy = RoutingStrategy(LeastBusy.name)

    /// The name in YAML, metrics and on the command line.
    public let rawValue: String

    private init(_ name: String) {
        rawValue = name
    }

    /// The strategy with this name or alias; nil when there is none.
    public init?(named spelling: String) {
        guard let strategy = Strategies.named(spelling) else { return nil }
        rawValue = strategy.name
    }

    /// Every name.
    static var names: [String] { Strategies.names }

    /// Every spelling that is accepted.
    static var spellings: [String] { Strategies.all.flatMap { [$0.name] + $0.aliases } }

    /// Names LiteLLM knows and this release does not build; `leastBusy` stands in for them.
    static let unbuilt: Set<String> = [
        "usage-based-routing", "usage-based-routing-v2", "cost-based-routing", "lar1",
        "provider-budget-routing",
    ]
}
