/// A moment as AWS writes it in signatures: `20150830T123600Z`, whole seconds, UTC.
struct AmazonTime: Sendable, Equatable {
    /// 16 ASCII characters, whatever the moment.
    let text: String

    /// The day alone: `20150830`.
    var day: Substring { text.prefix(8) }

    /// - Parameter unixSeconds: seconds since 1970; those outside the years 1970 to 9999 are taken for the nearest inside.
    init(unixSeconds: Int) {
        let time = CivilTime(unixSeconds: unixSeconds)
        text =
            Self.digits(time.year, 4) + Self.digits(time.month, 2) + Self.digits(time.day, 2) + "T"
            + Self.digits(time.hour, 2) + Self.digits(time.minute, 2) + Self.digits(time.second, 2) + "Z"
    }

    private static func digits(_ value: Int, _ width: Int) -> String {
        let text = String(value)
        return String(repeating: "0", count: width - text.utf8.count) + text
    }
}
