/// A number with a unit behind it, as people write lengths of time and sizes: `500ms`, `1.5 m`, `64MiB`.
public struct WrittenQuantity: Sendable, Equatable {
    /// The number.
    public let number: Double
    /// The number as it is written.
    public let digits: String
    /// The unit; empty where there is none.
    public let unit: String

    /// Nil for a text that does not begin with a number.
    public init?(_ text: String) {
        let digits = text.prefix { ("0"..."9").contains($0) || $0 == "." || $0 == "-" }
        guard let number = Double(digits) else { return nil }
        self.number = number
        self.digits = String(digits)
        unit = String(text.dropFirst(digits.count).drop { $0 == " " })
    }

    /// Its seconds, where it is a length of time: `ms`, `s`, `m`, `h`, `d`.
    public var seconds: Double? { Self.times.first { $0.unit == unit }.map { number * $0.seconds } }

    private static let times: [(unit: String, seconds: Double)] = [
        ("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400),
    ]
}
