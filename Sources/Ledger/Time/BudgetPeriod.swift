/// The length of a budget's window: `30s`, `15m`, `12h`, `1d`, `2w`, `1mo`.
public struct BudgetPeriod: Sendable, Hashable {
    /// The unit, in LiteLLM's words.
    public enum Unit: String, Sendable, CaseIterable {
        /// Of 1 second.
        case seconds = "s"
        /// Of 60 seconds.
        case minutes = "m"
        /// Of 60 minutes.
        case hours = "h"
        /// Of the calendar, in UTC.
        case days = "d"
        /// Of seven days.
        case weeks = "w"
        /// Of the calendar, in UTC.
        case months = "mo"
    }

    /// At least 1.
    public let count: Int
    /// Of so many of these.
    public let unit: Unit

    /// Reads digits and a unit; nil for anything else, for zero and for more than ten years.
    public init?(_ text: String) {
        let digits = text.prefix { $0.isASCII && $0.isNumber }
        guard let count = Int(digits), count > 0, let unit = Unit(rawValue: String(text.dropFirst(digits.count))) else {
            return nil
        }
        let most =
            switch unit {
            case .seconds: 315_360_000
            case .minutes: 5_256_000
            case .hours: 87_600
            case .days: 3_650
            case .weeks: 520
            case .months: 120
            }
        guard count <= most else { return nil }
        (self.count, self.unit) = (count, unit)
    }

    /// The length of the longest of its windows.
    public var longestSeconds: Int {
        switch unit {
        case .seconds: count
        case .minutes: count * 60
        case .hours: count * 3_600
        case .days: count * 86_400
        case .weeks: count * 7 * 86_400
        case .months: count * 31 * 86_400
        }
    }

    /// As it was written.
    public var text: String { "\(count)\(unit.rawValue)" }
}

/// As it was written.
extension BudgetPeriod: Codable {
    /// Reads what `encode` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let period = BudgetPeriod(try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a period such as 30d")
        }
        self = period
    }

    /// Writes it as a single value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(text)
    }
}
