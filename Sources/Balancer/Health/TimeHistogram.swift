/// How long times have been, by how often: in steps of half a doubling from 10 ms on.
///
/// Half of the counts is forgotten now and then, so that the latest some hundred times count. All of it lies in place: recording
/// allocates nothing.
struct TimeHistogram: Sendable {
    private static let steps = 40
    /// Counts are halved when there are so many.
    private static let most: UInt16 = 256

    private var counts = InlineArray<40, UInt16>(repeating: 0)
    private(set) var count: UInt16 = 0

    mutating func record(_ time: Duration) {
        counts[Self.step(time)] += 1
        count += 1
        guard count >= Self.most else { return }
        count = 0
        for step in 0..<Self.steps {
            counts[step] /= 2
            count += counts[step]
        }
    }

    /// All recorded times are so many steps longer.
    mutating func lengthen(by steps: Int) {
        let last = Self.steps - 1
        let old = counts
        for step in 0..<Self.steps { counts[step] = 0 }
        for step in 0..<Self.steps { counts[min(step + steps, last)] += old[step] }
    }

    /// A time that no more than the other share of the recorded times was longer than; nil before the first.
    func quantile(_ share: Double) -> Duration? {
        guard count > 0 else { return nil }
        var seen: UInt16 = 0
        for step in 0..<Self.steps {
            seen += counts[step]
            if Double(seen) >= share * Double(count) { return Self.end(of: step) }
        }
        return nil
    }

    /// The step of a time: its highest two bits, in units of 10 ms.
    static func step(_ time: Duration) -> Int {
        let units = UInt64(clamping: time.nanoseconds / 10_000_000)
        guard units > 1 else { return Int(units) }
        let doublings = 63 - units.leadingZeroBitCount
        return min(2 * doublings + Int(units >> UInt64(doublings - 1) & 1), steps - 1)
    }

    private static func end(of step: Int) -> Duration {
        guard step > 1 else { return .milliseconds(10 * (step + 1)) }
        let base = Int64(1) << Int64(step / 2)
        return .milliseconds(step % 2 == 0 ? base * 15 : base * 20)
    }
}
