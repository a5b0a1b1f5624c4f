import NIOCore

extension ByteWriter {
    /// Room that `writeTime` takes.
    static let timeRoom = 20

    /// A moment as RFC 3339 has it, in UTC: `2026-08-21T18:48:22Z`.
    ///
    /// - Parameter unixSeconds: seconds since 1970; those outside the years 1970 to 9999 are taken for the nearest inside.
    mutating func writeTime(unixSeconds: Int) {
        let time = CivilTime(unixSeconds: unixSeconds)
        write(decimal: time.year)
        write("-")
        write(twoDigits: time.month)
        write("-")
        write(twoDigits: time.day)
        write("T")
        write(twoDigits: time.hour)
        write(":")
        write(twoDigits: time.minute)
        write(":")
        write(twoDigits: time.second)
        write("Z")
    }

    private mutating func write(twoDigits value: Int) {
        if value < 10 { write("0") }
        write(decimal: value)
    }
}
