/// A moment as AWS writes it in signatures: `20150830T123600Z`, whole seconds, UTC.
struct AmazonTime: Sendable, Equatable {
    /// 16 ASCII characters, whatever the moment.
    let text: String

    /// The day alone: `20150830`.
    var day: Substring { text.prefix(8) }

    /// The last second that has a year of four digits.
    private static let latest = 253_402_300_799

    /// - Parameter unixSeconds: seconds since 1970; those outside the years 1970 to 9999 are taken for the nearest inside.
    init(unixSeconds: Int) {
        let seconds = min(Self.latest, max(0, unixSeconds))
        let second = seconds % 86_400
        // Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        text =
            Self.digits(year, 4) + Self.digits(month, 2) + Self.digits(day, 2) + "T"
            + Self.digits(second / 3600, 2) + Self.digits(second / 60 % 60, 2) + Self.digits(second % 60, 2) + "Z"
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: width - text.utf8.count) + text
    }
}
