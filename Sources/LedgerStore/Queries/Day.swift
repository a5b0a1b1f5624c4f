public import Ledger

/// A day of the calendar in UTC.
public struct Day: Hashable, Sendable, Comparable {
    /// Days since 1970-01-01.
    public let number: Int64

    /// So many days since 1970.
    public init(number: Int64) { self.number = number }

    /// The day of a moment.
    public init(of moment: WallTime) {
        let (days, rest) = moment.microseconds.quotientAndRemainder(dividingBy: 86_400_000_000)
        number = rest < 0 ? days - 1 : days
    }

    /// Its first moment.
    public var start: WallTime { WallTime(microseconds: number * 86_400_000_000) }

    /// Whether the left is earlier.
    public static func < (left: Day, right: Day) -> Bool { left.number < right.number }
}
