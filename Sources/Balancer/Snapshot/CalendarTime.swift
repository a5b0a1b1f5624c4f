/// Wall-clock seconds as people read them, without Foundation.
enum CalendarTime {
    /// `2026-11-22T12:00:00Z` for seconds since 1970; whole seconds, UTC.
    ///
    /// Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms".
    static func iso8601(unixSeconds: Double) -> String {
        let seconds = Int64(unixSeconds.rounded(.down))
        let days = (seconds - positiveRemainder(seconds, 86_400)) / 86_400
        let second = positiveRemainder(seconds, 86_400)
        let shifted = days + 719_468
        let era = (shifted - positiveRemainder(shifted, 146_097)) / 146_097
        let dayOfEra = shifted - era * 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        return "\(pad(year, 4))-\(pad(month, 2))-\(pad(day, 2))"
            + "T\(pad(second / 3600, 2)):\(pad(second / 60 % 60, 2)):\(pad(second % 60, 2))Z"
    }

    private static func positiveRemainder(_ value: Int64, _ divisor: Int64) -> Int64 {
        let remainder = value % divisor
        return remainder < 0 ? remainder + divisor : remainder
    }

    private static func pad(_ value: Int64, _ width: Int) -> String {
        let digits = String(value)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
