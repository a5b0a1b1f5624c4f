/// The time of day as text, RFC 3339 in UTC with milliseconds; all but the milliseconds is made once a second.
public struct TimeStamp: Sendable {
    /// `2026-11-22T12:00:00.123Z`
    public static let width = 24
    private var cached = [UInt8](repeating: UInt8(ascii: "0"), count: 19)
    private var cachedSecond = Int.min

    /// One that has written nothing yet.
    public init() {}

    /// Writes the date and time.
    public mutating func write(_ unixSeconds: Double, to line: inout LineWriter) {
        let milliseconds = refresh(unixSeconds)
        cached.withUnsafeBytes { line.write($0) }
        line.write(byte: UInt8(ascii: "."))
        line.write(milliseconds, width: 3)
        line.write(byte: UInt8(ascii: "Z"))
    }

    /// Writes only the time of day, `12:00:00.123`.
    mutating func writeTime(_ unixSeconds: Double, to line: inout LineWriter) {
        let milliseconds = refresh(unixSeconds)
        cached.withUnsafeBytes { line.write(UnsafeRawBufferPointer(rebasing: $0[11...])) }
        line.write(byte: UInt8(ascii: "."))
        line.write(milliseconds, width: 3)
    }

    /// Brings the cached part up to date; answers the milliseconds within the second.
    private mutating func refresh(_ unixSeconds: Double) -> Int {
        let total = Int((max(0, unixSeconds) * 1_000).rounded(.down))
        let second = total / 1_000
        if second != cachedSecond {
            cachedSecond = second
            render(second)
        }
        return total % 1_000
    }

    private mutating func render(_ second: Int) {
        let (year, month, day) = Self.date(daysSince1970: second / 86_400)
        let ofDay = second % 86_400
        cached.withUnsafeMutableBufferPointer { bytes in
            var line = LineWriter(bytes.baseAddress!)
            line.write(year % 10_000, width: 4)
            line.write(byte: UInt8(ascii: "-"))
            line.write(month, width: 2)
            line.write(byte: UInt8(ascii: "-"))
            line.write(day, width: 2)
            line.write(byte: UInt8(ascii: "T"))
            line.write(ofDay / 3_600, width: 2)
            line.write(byte: UInt8(ascii: ":"))
            line.write(ofDay / 60 % 60, width: 2)
            line.write(byte: UInt8(ascii: ":"))
            line.write(ofDay % 60, width: 2)
        }
    }

    /// The Gregorian date of a day. Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms", `civil_from_days`.
    static func date(daysSince1970 days: Int) -> (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let era = shifted / 146_097
        let dayOfEra = shifted % 146_097
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let marchMonth = (5 * dayOfYear + 2) / 153
        let month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * marchMonth + 2) / 5 + 1)
    }
}
