/// How much an instance holds in memory at once, which no instance says: learned from what was seen together and from what had to go,
/// here or on instances that are like it, unless somebody has written it down.
///
/// A further model is loaded beside the others if it takes at most a share of what is free, and only so many at once
/// (``OllamaMemory``); so both are bounds on a capacity.
struct MemoryBelief: Sendable {
    /// A card is full up to this share of what it was seen to hold when there was no more.
    private static let fullTo = 1.02

    /// The facts that were seen.
    struct Bounds: Equatable, Sendable {
        /// Bytes that are known to fit.
        var atLeast = 0.0
        /// Bytes that are known not to fit.
        var atMost = Double.infinity
        /// Models that were seen at once, or are usual.
        var models = OllamaMemory.usualModels

        /// Both, as far as they do not contradict each other; where they do, these count.
        func joined(_ other: Bounds) -> Bounds {
            var joined = self
            if other.atLeast < atMost { joined.atLeast = max(atLeast, other.atLeast) }
            if other.atMost > joined.atLeast { joined.atMost = min(atMost, other.atMost) }
            joined.models = max(models, other.models)
            return joined
        }
    }

    /// Bytes as configured. Believed as far as nothing that was seen here speaks against it.
    private let configured: Double?
    /// What its own loads have shown.
    private(set) var own = Bounds()
    /// What those of its like have.
    private var others = Bounds()
    /// Both.
    private var bounds = Bounds()

    init(configured: Int?) { self.configured = configured.map { Double($0) } }

    /// Whether nothing was seen, here or elsewhere.
    var isBlank: Bool { bounds == Bounds() }

    /// Whether a model of `size` bytes is thought to fit beside `count` others that take `held` bytes.
    func fits(_ size: Double, beside held: Double, count: Int) -> Bool {
        guard count > 0 else { return true }
        guard count < bounds.models else { return false }
        let needed = held + size / OllamaMemory.usableShare
        if needed <= bounds.atLeast { return true }
        if needed >= bounds.atMost { return false }
        return needed <= configured ?? (bounds.atMost == .infinity ? .infinity : (bounds.atLeast + bounds.atMost) / 2)
    }

    /// `count` models that take `held` bytes were seen in memory together.
    mutating func recordTogether(held: Double, count: Int) {
        own.atLeast = max(own.atLeast, held)
        own.models = max(own.models, count)
        if own.atLeast >= own.atMost { own.atMost = .infinity }
        settle()
    }

    /// A model of `size` bytes came to be beside others that take `held` bytes.
    mutating func recordFit(_ size: Double, beside held: Double, count: Int) {
        guard count > 0 else { return }
        recordTogether(held: held + size / OllamaMemory.usableShare, count: count + 1)
    }

    /// Something had to go before a model of `size` bytes could be loaded beside `count` others that take `held` bytes.
    mutating func recordEviction(_ size: Double, beside held: Double, count: Int) {
        // At the most models there may be, their number was reason enough.
        guard count > 0, count < bounds.models else { return }
        let needed = held + size / OllamaMemory.usableShare
        guard needed > own.atLeast else { return }
        own.atMost = min(own.atMost, needed)
        settle()
    }

    /// A model is partly on the processor: `held` bytes are all that the card has.
    mutating func recordFull(held: Double) {
        guard held > 0, held * Self.fullTo > own.atLeast else { return }
        own.atMost = min(own.atMost, held * Self.fullTo)
        settle()
    }

    /// An instance that is like this one has seen something. It refutes what was heard before of a smaller memory: the others are as
    /// large as the largest of them. Where somebody has written this one's memory down, others say nothing of it.
    mutating func hear(_ seen: Bounds) {
        guard configured == nil else { return }
        if seen.atLeast >= others.atMost { others.atMost = seen.atMost }
        others = others.joined(seen)
        settle()
    }

    private mutating func settle() { bounds = configured == nil ? own.joined(others) : own }

    /// The instance was restarted, perhaps with another setting, or on another card.
    mutating func forget() { (own, others, bounds) = (Bounds(), Bounds(), Bounds()) }
}
