/// A histogram's buckets: one or two for each power of two of microseconds, found by counting leading zeros.
///
/// A bucket holds times up to and including its bound, as Prometheus' `le` means it; shorter times count in the first,
/// longer ones only in `+Inf`.
struct LatencyBuckets: Equatable {
    /// The exponent of the first bound: 2^first µs.
    let first: Int
    /// The exponent of the last bound.
    let last: Int
    /// Whether 1.5 · 2^k µs is a bound too.
    let hasHalves: Bool

    /// 256 µs to 18 minutes: whole requests, and first tokens, which come in milliseconds from a cache and in minutes behind
    /// a load.
    @inline(__always)
    static var request: LatencyBuckets { LatencyBuckets(first: 8, last: 30, hasHalves: false) }
    /// 1 ms to 1 s in steps of a half, as 20 and 30 tokens a second are not the same to a reader.
    @inline(__always)
    static var token: LatencyBuckets { LatencyBuckets(first: 10, last: 20, hasHalves: true) }
    /// 1 ms to a minute.
    @inline(__always)
    static var queue: LatencyBuckets { LatencyBuckets(first: 10, last: 26, hasHalves: false) }
    /// An eighth of a second, which is a model that was there, to 9 minutes.
    @inline(__always)
    static var load: LatencyBuckets { LatencyBuckets(first: 17, last: 29, hasHalves: false) }

    /// How many counters a histogram has: its bounds and one for everything longer.
    @inline(__always)
    var count: Int { (hasHalves ? 2 * (last - first) : last - first) + 2 }

    /// The counter for a time, 0 to `count - 1`.
    @inline(__always)
    func index(nanoseconds: Int64) -> Int {
        guard nanoseconds > 1_000 << Int64(first) else { return 0 }
        let microseconds = (UInt64(nanoseconds) + 999) / 1_000  // rounded up: exact at the bounds
        let below = microseconds &- 1
        let exponent = 64 - below.leadingZeroBitCount
        guard hasHalves else { return min(exponent - first, count - 1) }
        // The second highest bit says in which half it is.
        let half = Int(truncatingIfNeeded: below >> UInt64(exponent &- 2) & 1)
        return min(2 * (exponent - first) - 1 + half, count - 1)
    }

    /// The upper bound of each counter but the last, in seconds, as text.
    var bounds: [String] {
        (first...last).flatMap { exponent in
            let whole = UInt64(1) << UInt64(exponent)
            return hasHalves && exponent < last ? [whole, whole + whole / 2] : [whole]
        }.map(Self.seconds)
    }

    private static func seconds(microseconds: UInt64) -> String {
        let whole = microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        guard fraction != 0 else { return "\(whole)" }
        var digits = Array(String(1_000_000 + fraction).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole)." + String(digits)
    }
}
