/// How much an instance holds in memory at once, which no instance says: learned from what was seen together and from what had to go.
///
/// A further model is loaded beside the others if it takes at most 80 % of what is free, and only so many at once
/// (OLLAMA.md section 11); so both are bounds on a capacity.
struct MemoryBelief: Sendable {
    /// The share of the free memory that a further model may take.
    static let usableShare = 0.8
    /// OLLAMA_MAX_LOADED_MODELS for one card.
    private static let usualModels = 3

    /// Bytes that are known to fit.
    private var atLeast = 0.0
    /// Bytes that are known not to fit.
    private var atMost = Double.infinity
    private var mostModels = MemoryBelief.usualModels

    /// Whether a model of `size` bytes is thought to fit beside `count` others that take `held` bytes.
    func fits(_ size: Double, beside held: Double, count: Int) -> Bool {
        guard count > 0 else { return true }
        guard count < mostModels else { return false }
        let needed = held + size / Self.usableShare
        return needed <= atLeast || needed < (atMost == .infinity ? atMost : (atLeast + atMost) / 2)
    }

    /// `count` models that take `held` bytes were seen in memory together.
    mutating func recordTogether(held: Double, count: Int) {
        atLeast = max(atLeast, held)
        mostModels = max(mostModels, count)
        if atLeast >= atMost { atMost = .infinity }
    }

    /// A model of `size` bytes came to be beside others that take `held` bytes.
    mutating func recordFit(_ size: Double, beside held: Double, count: Int) {
        guard count > 0 else { return }
        recordTogether(held: held + size / Self.usableShare, count: count + 1)
    }

    /// Something had to go before a model of `size` bytes could be loaded beside `count` others that take `held` bytes.
    mutating func recordEviction(_ size: Double, beside held: Double, count: Int) {
        // At the most models there may be, their number was reason enough.
        guard count > 0, count < mostModels else { return }
        let needed = held + size / Self.usableShare
        guard needed > atLeast else { return }
        atMost = min(atMost, needed)
    }
}
