/// Takes one after the other, as configured, beginning anywhere: the one served longest ago is next. Suits instances
/// that are alike and requests of similar cost; `simple-shuffle` knows weights as well.
public struct RoundRobin: KeyedStrategy {
    /// `round-robin`.
    public static let name = "round-robin"

    /// Nothing is kept.
    public init() {}

    /// All are equal, and equals take turns.
    public static func key(of tally: Tally) -> Double { 0 }
}
