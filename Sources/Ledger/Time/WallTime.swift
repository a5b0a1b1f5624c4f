/// A moment of the calendar: microseconds since 1970 in UTC, as LiteLLM's rows have them.
///
/// For what people and databases read: expiry, windows of budgets, rows of the ledger. What is measured uses the monotonic
/// clock.
public struct WallTime: Hashable, Sendable {
    /// Since 1970-01-01T00:00:00Z.
    public let microseconds: Int64

    /// So many microseconds since 1970.
    public init(microseconds: Int64) {
        self.microseconds = microseconds
    }

    /// So many seconds since 1970, to the microsecond below.
    public init(unixSeconds: Double) {
        microseconds = Int64((unixSeconds * 1e6).rounded(.down))
    }

    /// A moment that is so many nanoseconds later, to the microsecond above.
    public func advanced(byNanoseconds nanoseconds: Int64) -> WallTime {
        let (sum, overflow) = microseconds.addingReportingOverflow((nanoseconds + 999) / 1_000)
        return overflow ? .never : WallTime(microseconds: sum)
    }

    /// Later than everything.
    public static let never = WallTime(microseconds: .max)
}

extension WallTime: Comparable {
    /// Whether the left is earlier.
    public static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }
}

/// As a number of microseconds.
extension WallTime: Codable {
    /// Reads what `encode` writes.
    public init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    /// Writes it as a single value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
