/// Durations and sizes as they are written.
enum Quantity {
    /// Why a text is not a quantity; the sentence goes after the text itself.
    struct Fault: Error, Equatable {
        var sentence: String
    }

    private static let durationUnits: [(name: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400),
    ]
    private static let sizeUnits: [(name: String, bytes: Double)] = [
        ("B", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9),
    ]

    /// `500ms`, `30s`, `1.5m`, `2h`, `1d`.
    static func duration(_ text: String) throws(Fault) -> Duration {
        let (number, unit) = try parts(text, missingUnit: { "write \($0)s or 500ms" })
        guard let seconds = durationUnits.first(where: { $0.name == unit })?.seconds else {
            throw Fault(sentence: "has an unknown unit; write ms, s, m, h or d")
        }
        return try duration(seconds: number * seconds)
    }

    /// LiteLLM's bare number of seconds.
    static func duration(seconds: Double) throws(Fault) -> Duration {
        guard seconds.isFinite, seconds >= 0 else { throw Fault(sentence: "is not a length of time") }
        guard seconds <= 3_155_760_000 else { throw Fault(sentence: "is longer than a century") }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// `64MiB`, `16KB`, `512B`.
    static func size(_ text: String) throws(Fault) -> Int {
        let (number, unit) = try parts(text, missingUnit: { "write \($0)B or 64MiB" })
        guard let bytes = sizeUnits.first(where: { $0.name.lowercased() == unit.lowercased() })?.bytes else {
            throw Fault(sentence: "has an unknown unit; write B, KiB, MiB, GiB, KB, MB or GB")
        }
        let total = (number * bytes).rounded()
        guard total >= 0, total <= 1e15 else { throw Fault(sentence: "is not a possible size") }
        return Int(total)
    }

    private static func parts(_ text: String, missingUnit: (String) -> String) throws(Fault) -> (Double, String) {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
        guard let number = Double(digits) else { throw Fault(sentence: "is not a number with a unit") }
        let unit = text.dropFirst(digits.count).drop { $0 == " " }
        guard !unit.isEmpty else { throw Fault(sentence: "has no unit; \(missingUnit(String(digits)))") }
        return (number, String(unit))
    }
}
