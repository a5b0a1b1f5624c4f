#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the shells get time from: the machine's clocks, or a test's manual one.
public struct TimeSource: Sendable {
    /// The monotonic clock's present moment.
    public let now: @Sendable () -> Moment
    /// Returns at or after the given moment; throws when the task is cancelled meanwhile.
    public let sleep: @Sendable (Moment) async throws -> Void
    /// Seconds since 1970 on the wall clock, for what people read.
    public let unixSeconds: @Sendable () -> Double

    /// A source made of the three closures.
    public init(
        now: @escaping @Sendable () -> Moment,
        sleep: @escaping @Sendable (Moment) async throws -> Void,
        unixSeconds: @escaping @Sendable () -> Double
    ) {
        self.now = now
        self.sleep = sleep
        self.unixSeconds = unixSeconds
    }

    /// The machine's own clocks.
    public static let live = TimeSource(
        now: { Moment(nanoseconds: read(CLOCK_MONOTONIC)) },
        sleep: { moment in
            let left = moment.nanoseconds - read(CLOCK_MONOTONIC)
            if left > 0 { try await Task.sleep(for: .nanoseconds(left)) }
        },
        unixSeconds: { Double(read(CLOCK_REALTIME)) / 1e9 }
    )

    private static func read(_ clock: clockid_t) -> Int64 {
        var time = timespec()
        clock_gettime(clock, &time)
        return Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }
}
