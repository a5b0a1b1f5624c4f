/// A day of the calendar in UTC, counted from 1970-01-01.
public struct CivilDay: Hashable, Sendable {
    /// Days since 1970-01-01; below zero before.
    public let number: Int64

    /// The length of one.
    public static let microseconds: Int64 = 86_400_000_000

    /// So many days since 1970-01-01.
    public init(number: Int64) { self.number = number }

    /// The day of a moment.
    public init(of moment: WallTime) { number = moment.microseconds.floorDivided(by: Self.microseconds) }

    /// The first day of a month; months beyond December are those of later years.
    init(year: Int64, month: Int64) {
        // Days are counted in years that begin in March, so that the day of a leap year comes last (Howard Hinnant,
        // "chrono-compatible low-level date algorithms").
        let months = year * 12 + month - 1 - 2
        let (marchYear, marchMonth) = (months.floorDivided(by: 12), months - months.floorDivided(by: 12) * 12)
        let era = marchYear.floorDivided(by: 400)
        let ofEra = marchYear - era * 400
        let dayOfYear = (153 * marchMonth + 2) / 5
        number = era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + dayOfYear - 719_468
    }

    /// Reads `2026-11-22`; nil for what is no day of the calendar, and beyond the years 1 to 9999.
    public init?(iso text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
        guard parts.count == 3, let year = parts[0], let month = parts[1], let day = parts[2],
            (1...9999).contains(year), (1...12).contains(month)
        else { return nil }
        let first = CivilDay(year: year, month: month)
        guard (1...first.lengthOfMonth).contains(day) else { return nil }
        number = first.number + day - 1
    }

    /// Its first moment.
    public var start: WallTime { WallTime(microseconds: number * Self.microseconds) }

    /// Its date.
    public var date: (year: Int64, month: Int64, day: Int64) {
        let shifted = number + 719_468
        let era = shifted.floorDivided(by: 146_097)
        let ofEra = shifted - era * 146_097
        let year = (ofEra - ofEra / 1_460 + ofEra / 36_524 - ofEra / 146_096) / 365
        let ofYear = ofEra - (365 * year + year / 4 - year / 100)
        let month = (5 * ofYear + 2) / 153
        let day = ofYear - (153 * month + 2) / 5 + 1
        return (year + era * 400 + (month >= 10 ? 1 : 0), month < 10 ? month + 3 : month - 9, day)
    }

    /// The first day of the month it is in.
    var firstOfMonth: CivilDay { CivilDay(number: number - date.day + 1) }

    /// The first day of the month that is so many months later.
    func firstOfMonth(after months: Int64) -> CivilDay {
        let (year, month, _) = date
        return CivilDay(year: year, month: month + months)
    }

    private var lengthOfMonth: Int64 { firstOfMonth(after: 1).number - firstOfMonth.number }

    /// The same day so many months later; the last one of that month where it has no such day.
    public func adding(months: Int) -> CivilDay {
        let first = firstOfMonth(after: Int64(months))
        return CivilDay(number: first.number + min(date.day, first.lengthOfMonth) - 1)
    }

    /// The Monday of its week.
    var monday: CivilDay {
        // 1970-01-01 was a Thursday.
        CivilDay(number: (number + 3).floorDivided(by: 7) * 7 - 3)
    }
}

extension Int64 {
    /// The quotient, rounded towards less.
    func floorDivided(by divisor: Int64) -> Int64 {
        let (quotient, remainder) = quotientAndRemainder(dividingBy: divisor)
        return remainder < 0 ? quotient - 1 : quotient
    }
}
