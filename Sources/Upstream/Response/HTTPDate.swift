/// Dates as HTTP writes them (RFC 9110, 5.6.7): `Sun, 06 Nov 1994 08:49:37 GMT`, and the two older forms that are still to be
/// read, `Sunday, 06-Nov-94 08:49:37 GMT` and `Sun Nov  6 08:49:37 1994`.
enum HTTPDate {
    /// Seconds since 1970; nil for anything that is no date.
    static func unixSeconds(_ text: UnsafeBufferPointer<UInt8>) -> Int? {
        let words = text.split { $0 == 0x20 || $0 == 0x2C || $0 == 0x2D }
        switch words.count {
        // The day of the week, day, month, year, time, GMT.
        case 6:
            guard words[5].elementsEqual("GMT".utf8), var year = number(words[3]) else { return nil }
            // Two digits mean the years from 1970 on.
            if words[3].count == 2 { year += year < 70 ? 2000 : 1900 }
            return seconds(year: year, month: words[2], day: words[1], time: words[4])
        // The day of the week, month, day, time, year.
        case 5:
            guard let year = number(words[4]) else { return nil }
            return seconds(year: year, month: words[1], day: words[2], time: words[3])
        default: return nil
        }
    }

    private typealias Word = Slice<UnsafeBufferPointer<UInt8>>

    private static let months = [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ]

    private static func seconds(year: Int, month: Word, day: Word, time: Word) -> Int? {
        guard let month = months.firstIndex(where: { month.elementsEqual($0.utf8) }), let day = number(day),
            (1...31).contains(day), (1970...9999).contains(year)
        else { return nil }
        let parts = time.split(separator: 0x3A).map { number($0) }
        guard parts.count == 3, let hour = parts[0], let minute = parts[1], let second = parts[2], hour < 24,
            minute < 60, second <= 60
        else { return nil }
        return days(year, month + 1, day) * 86_400 + hour * 3600 + minute * 60 + second
    }

    /// Days since 1970 of a day in the Gregorian calendar, whose years are counted from March, so that a leap day is the
    /// last of its year.
    private static func days(_ year: Int, _ month: Int, _ day: Int) -> Int {
        let shifted = month <= 2 ? year - 1 : year
        let (era, yearOfEra) = (shifted / 400, shifted % 400)
        let dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1
        return era * 146_097 + yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear - 719_468
    }

    private static func number(_ word: Word) -> Int? {
        guard (1...4).contains(word.count), word.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return word.reduce(0) { $0 * 10 + Int($1 & 0x0F) }
    }
}
