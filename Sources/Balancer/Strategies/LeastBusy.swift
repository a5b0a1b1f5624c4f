/// Prefers the instance with the fewest requests in flight over all its models; of equals the one served
/// longest ago. Suits requests of similar cost.
public enum LeastBusy: Strategy {
    /// `least-busy`.
    public static let name = "least-busy"

    /// Requests in flight.
    public static func key(of candidate: Candidate) -> Double {
        Double(candidate.inFlight)
    }
}
