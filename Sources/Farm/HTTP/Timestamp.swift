import NIOCore

/// Dates as Go and HTTP write them, from nanoseconds since 1970.
struct Timestamp {
    private let days: Int
    private let secondOfDay: Int
    private let nanoseconds: Int

    init(unixNanoseconds: Int64) {
        let (seconds, nanoseconds) = Self.floored(Int(unixNanoseconds), 1_000_000_000)
        self.init(unixSeconds: seconds, nanoseconds: nanoseconds)
    }

    /// For times that nanoseconds since 1970 do not reach.
    init(unixSeconds: Int, nanoseconds: Int) {
        self.nanoseconds = nanoseconds
        (days, secondOfDay) = Self.floored(unixSeconds, 86_400)
    }

    /// `2026-08-21T18:48:22.1234567`: RFC 3339 without a zone, zeros at the end dropped.
    func writeRFC3339(into buffer: inout ByteBuffer) {
        let (year, month, day) = date
        buffer.writeDigits(year, width: 4)
        buffer.writeStaticString("-")
        buffer.writeDigits(month, width: 2)
        buffer.writeStaticString("-")
        buffer.writeDigits(day, width: 2)
        buffer.writeStaticString("T")
        writeTime(into: &buffer)
        guard nanoseconds > 0 else { return }
        buffer.writeStaticString(".")
        buffer.writeDigits(nanoseconds, width: 9, dropZeros: true)
    }

    /// `Fri, 21 Aug 2026 18:48:22 GMT`.
    func writeHTTP(into buffer: inout ByteBuffer) {
        let (year, month, day) = date
        let weekdays = ["Thu", "Fri", "Sat", "Sun", "Mon", "Tue", "Wed"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        buffer.writeString(weekdays[Self.floored(days, 7).1] + ", ")
        buffer.writeDigits(day, width: 2)
        buffer.writeString(" " + months[month - 1] + " ")
        buffer.writeDigits(year, width: 4)
        buffer.writeStaticString(" ")
        writeTime(into: &buffer)
        buffer.writeStaticString(" GMT")
    }

    private func writeTime(into buffer: inout ByteBuffer) {
        buffer.writeDigits(secondOfDay / 3_600, width: 2)
        buffer.writeStaticString(":")
        buffer.writeDigits(secondOfDay / 60 % 60, width: 2)
        buffer.writeStaticString(":")
        buffer.writeDigits(secondOfDay % 60, width: 2)
    }

    /// Days since 1970 to a date of the Gregorian calendar (Howard Hinnant, "chrono-compatible low-level date
    /// algorithms").
    private var date: (year: Int, month: Int, day: Int) {
        let shifted = days + 719_468
        let (era, dayOfEra) = Self.floored(shifted, 146_097)
        let yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
        let dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
        let shiftedMonth = (5 * dayOfYear + 2) / 153
        let month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
        return (yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, dayOfYear - (153 * shiftedMonth + 2) / 5 + 1)
    }

    private static func floored(_ number: Int, _ divisor: Int) -> (Int, Int) {
        let remainder = (number % divisor + divisor) % divisor
        return ((number - remainder) / divisor, remainder)
    }
}

extension ByteBuffer {
    /// `"…Z"`, as `created_at` is written.
    mutating func writeUTC(_ unixNanoseconds: Int64) {
        writeStaticString("\"")
        Timestamp(unixNanoseconds: unixNanoseconds).writeRFC3339(into: &self)
        writeStaticString("Z\"")
    }

    /// In the boxes' local zone, which is seven hours behind, as `modified_at` and `expires_at` are written.
    mutating func writeLocal(_ unixNanoseconds: Int64) {
        writeLocal(seconds: Int(unixNanoseconds / 1_000_000_000), nanoseconds: Int(unixNanoseconds % 1_000_000_000))
    }

    /// The same for times that nanoseconds since 1970 do not reach.
    mutating func writeLocal(seconds: Int, nanoseconds: Int) {
        writeStaticString("\"")
        Timestamp(unixSeconds: seconds - 7 * 3_600, nanoseconds: nanoseconds).writeRFC3339(into: &self)
        writeStaticString("-07:00\"")
    }
}
