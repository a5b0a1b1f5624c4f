#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// An estimate learned from samples: a plain mean at first, then each new sample counts for a fifth. After silence the
/// old ones count for less, so that an instance which changed meanwhile is believed soon.
struct LearnedValue: Sendable {
    /// The least that a new sample counts.
    private static let leastWeight = 0.2
    /// Seconds of silence after which old samples count for 37 %.
    private static let timeConstant = 600.0

    private var mean = Double.nan
    private var samples = 0.0
    private var at = 0.0

    /// Nil before the first sample.
    var value: Double? { mean.isNaN ? nil : mean }

    /// Takes in a sample, measured at `now` (seconds of the monotonic clock).
    mutating func record(_ sample: Double, at now: Double) {
        samples = samples * exp(-max(0, now - at) / Self.timeConstant) + 1
        at = max(at, now)
        mean = mean.isNaN ? sample : mean + max(1 / samples, Self.leastWeight) * (sample - mean)
    }
}
