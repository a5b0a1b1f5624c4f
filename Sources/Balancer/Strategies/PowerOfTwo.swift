/// Draws two by chance and takes the one with fewer requests in flight per slot, of equals the one served longest ago.
/// Suits several gateways over the same instances: none sees the others' requests, and chance keeps them from all sending
/// to the same instance.
///
/// Mitzenmacher, "The power of two choices in randomized load balancing", 2001.
public struct PowerOfTwo: Strategy {
    /// `power-of-two`.
    public static let name = "power-of-two"
    /// Its short name in the literature.
    public static let aliases = ["p2c"]

    /// Nothing is kept.
    public init() {}

    /// Slots count only where both have them configured.
    public mutating func choose(
        _ request: PickRequest, from candidates: Span<Candidate>, random: inout RandomSource
    ) -> Int {
        guard candidates.count > 1 else { return 0 }
        let first = random.below(candidates.count)
        var second = random.below(candidates.count - 1)
        if second >= first { second += 1 }
        let (one, other) = (candidates[first], candidates[second])
        var (load, otherLoad) = (one.inFlight, other.inFlight)
        if let slots = one.slots, let otherSlots = other.slots {
            load *= otherSlots
            otherLoad *= slots
        }
        return (otherLoad, other.served) < (load, one.served) ? second : first
    }
}
