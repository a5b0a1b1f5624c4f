/// A point on the monotonic clock: nanoseconds since an origin that means nothing outside the process.
public struct Moment: Hashable, Comparable, Sendable {
    /// Nanoseconds since the clock's origin.
    public let nanoseconds: Int64

    /// The clock's origin, where a manual clock starts.
    public static let zero = Moment(nanoseconds: 0)

    /// The end of time: later than anything the clock will say.
    public static let never = Moment(nanoseconds: .max)

    /// The moment `nanoseconds` after the origin.
    public init(nanoseconds: Int64) {
        self.nanoseconds = nanoseconds
    }

    /// Seconds since the origin, for arithmetic on estimates; exact to a microsecond for a century.
    public var seconds: Double { Double(nanoseconds) / 1e9 }

    /// Which of two moments comes first.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.nanoseconds < right.nanoseconds
    }

    /// The moment `duration` later; stays at the end of time instead of wrapping round.
    public static func + (moment: Moment, duration: Duration) -> Moment {
        let (sum, overflow) = moment.nanoseconds.addingReportingOverflow(duration.nanoseconds)
        return overflow ? .never : Moment(nanoseconds: sum)
    }

    /// How long it is from `right` to `left`; negative when `left` comes first.
    public static func - (left: Moment, right: Moment) -> Duration {
        .nanoseconds(left.nanoseconds - right.nanoseconds)
    }
}

extension Duration {
    /// Whole nanoseconds, held to what 64 bits can say (292 years).
    public var nanoseconds: Int64 {
        // Not by `components`: that divides 128 bits, which costs more than what it is wanted for.
        let total = attoseconds
        let magnitude = total.magnitude
        let high = UInt64(truncatingIfNeeded: magnitude >> 64)
        let low = UInt64(truncatingIfNeeded: magnitude)
        let whole: UInt64
        if high == 0 {
            whole = low / 1_000_000_000
        } else {
            // 500,000,000 times 2^64 attoseconds are 2^63 nanoseconds.
            guard high < 500_000_000 else { return total < 0 ? .min : .max }
            // 10^9 is 2^9 times 5^9, and what 5^9 is to divide is then held by two steps of 32 bits.
            let upper = high << 23 | low >> 41
            let lower = low >> 9 & 0xFFFF_FFFF
            let (quotient, rest) = upper.quotientAndRemainder(dividingBy: 1_953_125)
            whole = quotient << 32 + (rest << 32 | lower) / 1_953_125
        }
        return total < 0 ? -Int64(whole) : Int64(whole)
    }

    /// The duration in seconds, as a number to calculate with.
    public var inSeconds: Double {
        // Not by `components`: that divides 128 bits, which costs more than all the rest of a settlement.
        let total = attoseconds
        let high = Int64(truncatingIfNeeded: total >> 64)
        let low = UInt64(truncatingIfNeeded: total)
        return (Double(high) * 0x1p64 + Double(low)) / 1e18
    }
}
