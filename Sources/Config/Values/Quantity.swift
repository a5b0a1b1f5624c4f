import Balancer

/// Durations and sizes as they are written.
enum Quantity {
    /// Why a text is not a quantity; the sentence goes after the text itself.
    struct Fault: Error, Equatable {
        var sentence: String
    }

    private static let sizeUnits: [(name: String, bytes: Double)] = [
        ("B", 1), ("KiB", 1024), ("MiB", 1_048_576), ("GiB", 1_073_741_824), ("KB", 1e3), ("MB", 1e6), ("GB", 1e9),
    ]

    /// `500ms`, `30s`, `1.5m`, `2h`, `1d`.
    static func duration(_ text: String) throws(Fault) -> Duration {
        let written = try quantity(text, missingUnit: { "write \($0)s or 500ms" })
        guard let seconds = written.seconds else {
            throw Fault(sentence: "has an unknown unit; write ms, s, m, h or d")
        }
        return try duration(seconds: seconds)
    }

    /// LiteLLM's bare number of seconds.
    static func duration(seconds: Double) throws(Fault) -> Duration {
        guard seconds.isFinite, seconds >= 0 else { throw Fault(sentence: "is not a length of time") }
        guard seconds <= 3_155_760_000 else { throw Fault(sentence: "is longer than a century") }
        return .nanoseconds(Int64((seconds * 1e9).rounded()))
    }

    /// `64MiB`, `16KB`, `512B`.
    static func size(_ text: String) throws(Fault) -> Int {
        let written = try quantity(text, missingUnit: { "write \($0)B or 64MiB" })
        guard let bytes = sizeUnits.first(where: { $0.name.lowercased() == written.unit.lowercased() })?.bytes else {
            throw Fault(sentence: "has an unknown unit; write B, KiB, MiB, GiB, KB, MB or GB")
        }
        let total = (written.number * bytes).rounded()
        guard total >= 0, total <= 1e15 else { throw Fault(sentence: "is not a possible size") }
        return Int(total)
    }

    private static func quantity(
        _ text: String, missingUnit: (String) -> String
    ) throws(Fault) -> WrittenQuantity {
        guard let written = WrittenQuantity(text) else { throw Fault(sentence: "is not a number with a unit") }
        guard !written.unit.isEmpty else { throw Fault(sentence: "has no unit; \(missingUnit(written.digits))") }
        return written
    }
}
