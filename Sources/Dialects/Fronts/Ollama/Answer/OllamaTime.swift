import NIOCore

extension ByteWriter {
    /// Room that `writeTime` takes.
    static let timeRoom = 20

    /// The last second that has a year of four digits.
    private static let latest = 253_402_300_799

    /// A moment as RFC 3339 has it, in UTC: `2026-08-21T18:48:22Z`.
    ///
    /// - Parameter unixSeconds: seconds since 1970; those outside the years 1970 to 9999 are taken for the nearest inside.
    mutating func writeTime(unixSeconds: Int) {
        let seconds = min(Self.latest, max(0, unixSeconds))
        let second = seconds % 86_400
        // Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        let month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        let year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        write(decimal: year)
        write("-")
        write(twoDigits: month)
        write("-")
        write(twoDigits: dayOfYear - (153 * monthFromMarch + 2) / 5 + 1)
        write("T")
        write(twoDigits: second / 3600)
        write(":")
        write(twoDigits: second / 60 % 60)
        write(":")
        write(twoDigits: second % 60)
        write("Z")
    }

    private mutating func write(twoDigits value: Int) {
        if value < 10 { write("0") }
        write(decimal: value)
    }
}
