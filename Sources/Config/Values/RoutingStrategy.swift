/// How a pool chooses one of its instances. The raw value is the name in YAML, metrics and on the command line.
public enum RoutingStrategy: String, CaseIterable, Sendable {
    /// By chance, in proportion to the weights.
    case simpleShuffle = "simple-shuffle"
    /// The instance with the fewest requests in flight.
    case leastBusy = "least-busy"
    /// The instance with the lowest time to first token per prompt token. Also spelled `latency-based-routing`.
    case latencyBased = "latency-based"
    /// The instance with the lowest peak-sensitive latency times requests in flight.
    case peakEWMA = "peak-ewma"
    /// The instance with the least predicted time to first token and harm to others; requests wait at the gateway.
    case soonest

    /// Every spelling that is accepted, with what it means.
    static let spellings: [String: RoutingStrategy] = {
        var known = Dictionary(uniqueKeysWithValues: allCases.map { ($0.rawValue, $0) })
        known["latency-based-routing"] = .latencyBased
        return known
    }()

    /// Names LiteLLM knows and this release does not build; `leastBusy` stands in for them.
    static let unbuilt: Set<String> = [
        "usage-based-routing", "usage-based-routing-v2", "cost-based-routing", "lar1",
        "provider-budget-routing",
    ]
}
