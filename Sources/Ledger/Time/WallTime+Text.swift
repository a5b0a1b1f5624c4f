extension WallTime {
    /// In the form of LiteLLM's rows, in UTC: `2026-12-22T17:11:46.830481Z`.
    public var iso8601: String { "\(date)T\(time).\(fraction)Z" }

    /// In the form of LiteLLM's messages about limits: `2026-12-22 17:11:46 UTC`.
    public var inSeconds: String { "\(date) \(time) UTC" }

    /// In the form of LiteLLM's messages about keys: `2026-12-22 17:11:46.830481+00:00`.
    public var inMicroseconds: String { "\(date) \(time).\(fraction)+00:00" }

    /// Its date in UTC: `2026-12-22`.
    public var date: String {
        let (year, month, day) = CivilDay(of: self).date
        return "\(padded(year, 4))-\(padded(month, 2))-\(padded(day, 2))"
    }

    private var ofDay: Int64 { microseconds - CivilDay(of: self).start.microseconds }

    private var time: String {
        let seconds = ofDay / 1_000_000
        return "\(padded(seconds / 3600, 2)):\(padded(seconds / 60 % 60, 2)):\(padded(seconds % 60, 2))"
    }

    private var fraction: String { padded(ofDay % 1_000_000, 6) }

    private func padded(_ number: Int64, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(width - digits.count, 0)) + digits
    }
}
