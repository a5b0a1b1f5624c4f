import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The farm's time: the monotonic clock, the calendar's and the boxes' own, which may run faster.
struct FarmClock: Sendable {
    private let start: NIODeadline
    private let unixStart: Int64
    private let scale: Double

    /// Now is the boxes' time 0.
    init(scale: Double) {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        start = .now()
        unixStart = Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
        self.scale = scale
    }

    /// The boxes' time, in nanoseconds.
    func virtualNow() -> Int64 {
        Int64(Double((NIODeadline.now() - start).nanoseconds) * scale)
    }

    /// When the boxes' time will be `moment`.
    func deadline(of moment: Int64) -> NIODeadline {
        start + .nanoseconds(Int64(min((Double(moment) / scale).rounded(.up), 1e18)))
    }

    /// A span of the boxes' time as the clock measures it, in nanoseconds.
    func real(_ span: Int64) -> Int64 {
        Int64(Double(span) / scale)
    }

    /// A span of the clock in the boxes' time, in nanoseconds.
    func virtual(_ span: Duration) -> Int64 {
        Int64(Double(span.wholeNanoseconds) * scale)
    }

    /// The calendar's time, in nanoseconds since 1970.
    func unixNow() -> Int64 {
        unixStart + (NIODeadline.now() - start).nanoseconds
    }

    /// The calendar's time of a moment of the boxes, in nanoseconds since 1970.
    func unix(of moment: Int64) -> Int64 {
        unixStart + real(moment)
    }
}

extension Duration {
    /// Not finer, and not beyond three hundred years.
    var wholeNanoseconds: Int64 {
        let (seconds, attoseconds) = components
        guard abs(seconds) < 9_000_000_000 else { return seconds < 0 ? .min : .max }
        return seconds * 1_000_000_000 + attoseconds / 1_000_000_000
    }
}
