/// Of two drawn by chance the one with fewer requests in flight per slot; of equals the first drawn. Suits several
/// gateways over the same boxes: what one of them does not see of the others' requests does not make all of them send to
/// the same box.
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
        guard let slots = one.slots, let otherSlots = other.slots else {
            return other.inFlight < one.inFlight ? second : first
        }
        return other.inFlight * slots < one.inFlight * otherSlots ? second : first
    }
}
