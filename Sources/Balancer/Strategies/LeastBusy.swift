/// Prefers the instance with the fewest requests in flight over all its models; of equals the one served
/// longest ago. Suits requests of similar cost.
public struct LeastBusy: KeyedStrategy {
    /// `least-busy`.
    public static let name = "least-busy"

    /// Nothing is kept.
    public init() {}

    /// Requests in flight.
    public static func key(of tally: Tally) -> Double {
        Double(tally.inFlight)
    }
}
