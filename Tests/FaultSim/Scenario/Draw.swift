import Balancer

/// Draws of a seed.
struct Draw {
    var random: RandomSource

    init(seed: UInt64, _ purpose: UInt64) { random = RandomSource(seed: seed &* 0x9E37_79B9_7F4A_7C15 ^ purpose) }

    mutating func below(_ bound: Int) -> Int { random.below(bound) }

    mutating func int(_ range: ClosedRange<Int>) -> Int { range.lowerBound + random.below(range.count) }

    /// True so often of a hundred times.
    mutating func chance(_ percent: Int) -> Bool { random.below(100) < percent }

    mutating func one<Item>(of items: [Item]) -> Item { items[random.below(items.count)] }

    mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(int(range)) }

    mutating func moment(_ milliseconds: ClosedRange<Int>) -> Moment { .zero + self.milliseconds(milliseconds) }
}
