/// A histogram's buckets: one per power of two of microseconds, found by counting leading zeros.
///
/// Bucket `k` holds times up to and including 2^k µs, as Prometheus' `le` means it. Published are 2^8 µs (256 µs) to 2^30 µs
/// (18 minutes); shorter ones count in the first, longer ones only in `+Inf`.
enum LatencyBuckets {
    /// The exponent of the first published bound.
    static let first = 8
    /// The exponent of the last published bound.
    static let last = 30
    /// How many counters a histogram has: its bounds and one for everything longer.
    static let count = last - first + 2

    /// The counter for a time, 0 to `count - 1`.
    static func index(nanoseconds: Int64) -> Int {
        guard nanoseconds > 1_000 << first else { return 0 }
        let microseconds = (UInt64(nanoseconds) + 999) / 1_000  // rounded up: exact at the bounds
        let exponent = 64 - (microseconds &- 1).leadingZeroBitCount
        return min(exponent - first, count - 1)
    }

    /// The upper bound of each published counter, in seconds, as text.
    static let bounds: [String] = (first...last).map { exponent in
        let microseconds = UInt64(1) << UInt64(exponent)
        let whole = microseconds / 1_000_000
        let fraction = microseconds % 1_000_000
        guard fraction != 0 else { return "\(whole)" }
        var digits = Array(String(1_000_000 + fraction).dropFirst())
        while digits.last == "0" { digits.removeLast() }
        return "\(whole)." + String(digits)
    }
}
