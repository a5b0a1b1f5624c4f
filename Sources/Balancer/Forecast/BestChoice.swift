/// The lowest of several scores, of near-equals the one served longest ago. Kept and begun anew, so that it allocates
/// nothing once it has seen the largest pool.
struct BestChoice: Sendable {
    private var offers: [(index: Int, score: Score, served: Double)] = []
    private var lowest = Double.infinity

    /// Forgets earlier offers.
    mutating func begin() {
        offers.removeAll(keepingCapacity: true)
        lowest = .infinity
    }

    /// Adds one, with a number that is lower the longer it has not been served. One far above the lowest so far can never
    /// be near the lowest of all.
    @inline(__always)
    mutating func offer(_ index: Int, _ score: Score, served: Double) {
        let total = score.total
        guard total <= Self.limit(lowest) else { return }
        offers.append((index, score, served))
        if total < lowest { lowest = total }
    }

    /// One of those near the lowest; nil when nothing was offered.
    func choose() -> (index: Int, score: Score)? {
        let limit = Self.limit(lowest)
        var oldest = Double.infinity
        var chosen: (index: Int, score: Score)?
        for offer in offers where offer.score.total <= limit && offer.served < oldest {
            oldest = offer.served
            chosen = (offer.index, offer.score)
        }
        return chosen
    }

    @inline(__always)
    static func limit(_ lowest: Double) -> Double {
        lowest * (1 + ForecastConstants.tolerance) + ForecastConstants.leastTolerance
    }
}
