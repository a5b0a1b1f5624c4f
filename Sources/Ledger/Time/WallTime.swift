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
}

extension WallTime: Comparable {
    /// Whether the left is earlier.
    public static func < (left: WallTime, right: WallTime) -> Bool { left.microseconds < right.microseconds }
}

/// As a number of microseconds.
extension WallTime: Codable {
    public init(from decoder: any Decoder) throws {
        microseconds = try decoder.singleValueContainer().decode(Int64.self)
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(microseconds)
    }
}
