/// A moment as a calendar and a clock in UTC have it.
struct CivilTime: Equatable {
    let year: Int
    let month: Int
    let day: Int
    let hour: Int
    let minute: Int
    let second: Int

    /// The last second that has a year of four digits.
    private static let latest = 253_402_300_799

    /// - Parameter unixSeconds: seconds since 1970; those outside the years 1970 to 9999 are taken for the nearest inside.
    init(unixSeconds: Int) {
        let seconds = min(Self.latest, max(0, unixSeconds))
        // Days to civil date after Howard Hinnant, "chrono-compatible low-level date algorithms": years begin in March.
        let shifted = seconds / 86_400 + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let monthFromMarch = (5 * dayOfYear + 2) / 153
        day = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1
        month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
        year = yearOfEra + era * 400 + (month <= 2 ? 1 : 0)
        hour = seconds % 86_400 / 3600
        minute = seconds / 60 % 60
        second = seconds % 60
    }
}
