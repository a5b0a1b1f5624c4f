extension WallTime {
    /// Reads a day, or a day and a time with `T` or a blank between them, in UTC or with a zone; nil for anything else.
    public init?(iso text: String) {
        let parts = text.split(maxSplits: 1) { $0 == "T" || $0 == " " || $0 == "t" }
        guard let day = parts.first.flatMap({ CivilDay(iso: $0) }) else { return nil }
        var micros = day.start.microseconds
        if parts.count == 2 {
            guard let time = Self.time(of: parts[1]) else { return nil }
            micros += time
        }
        self.init(microseconds: micros)
    }

    /// Microseconds since midnight in UTC: `17:11`, `17:11:46`, `17:11:46.83`, each with `Z` or `+01:00` behind it or not.
    private static func time(of text: Substring) -> Int64? {
        var clock = text
        var offset: Int64 = 0
        if clock.last == "Z" || clock.last == "z" {
            clock.removeLast()
        } else if let sign = clock.lastIndex(where: { $0 == "+" || $0 == "-" }) {
            let zone = clock[clock.index(after: sign)...].split(separator: ":").map { Int64($0) }
            guard zone.count == 2, let hours = zone[0], let minutes = zone[1], hours < 24, minutes < 60 else {
                return nil
            }
            offset = (clock[sign] == "-" ? -1 : 1) * (hours * 3600 + minutes * 60)
            clock = clock[..<sign]
        }
        let parts = clock.split(separator: ":", omittingEmptySubsequences: false)
        guard (2...3).contains(parts.count), let hours = Int64(parts[0]), let minutes = Int64(parts[1]),
            (0..<24).contains(hours), (0..<60).contains(minutes)
        else { return nil }
        var micros = (hours * 3600 + minutes * 60 - offset) * 1_000_000
        if parts.count == 3 {
            guard let seconds = Double(parts[2]), (0..<60).contains(seconds) else { return nil }
            micros += Int64((seconds * 1e6).rounded())
        }
        return micros
    }
}
