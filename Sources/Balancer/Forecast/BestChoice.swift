/// The lowest of several scores, near-equals by chance. Kept and begun anew, so that it allocates nothing once it has
/// seen the largest pool.
struct BestChoice: Sendable {
    private var offers: [(index: Int, score: Score)] = []
    private var lowest = Double.infinity

    /// Forgets what was offered.
    mutating func begin() {
        offers.removeAll(keepingCapacity: true)
        lowest = .infinity
    }

    /// Adds one; what is far above the lowest so far can never be near the lowest of all.
    @inline(__always)
    mutating func offer(_ index: Int, _ score: Score) {
        let total = score.total
        guard total <= Self.limit(lowest) else { return }
        offers.append((index, score))
        if total < lowest { lowest = total }
    }

    /// One of those near the lowest; nil when nothing was offered.
    func choose(random: inout RandomSource) -> (index: Int, score: Score)? {
        let limit = Self.limit(lowest)
        var seen = 0
        var chosen: (index: Int, score: Score)?
        for offer in offers where offer.score.total <= limit {
            seen += 1
            if random.below(seen) == 0 { chosen = offer }
        }
        return chosen
    }

    @inline(__always)
    static func limit(_ lowest: Double) -> Double {
        lowest * (1 + ForecastConstants.tolerance) + ForecastConstants.leastTolerance
    }
}
