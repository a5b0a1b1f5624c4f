/// Spreads requests in proportion to the weights, smoothly: each pick moves the turn on by 1 / weight, and the earliest
/// turn is next. Starts at a random point of the first round, so that several gateways do not march in step.
///
/// Earliest deadline first, as in gRPC's weighted round robin (proposal A58).
public struct Shuffle: KeyedStrategy {
    /// `simple-shuffle`.
    public static let name = "simple-shuffle"

    /// Nothing is kept.
    public init() {}

    /// The turn.
    public static func key(of tally: Tally) -> Double {
        tally.turn
    }
}
