/// How long a box keeps a model in memory behind its last request, as Ollama reads it: a number of seconds, or one of Go's
/// durations; below zero is for ever.
///
/// Source: Ollama's `api/types.go` (`Duration.UnmarshalJSON`), Go's `time.ParseDuration`.
public struct KeepAlive: Sendable, Equatable {
    /// As it is sent.
    public let json: JSONText
    /// Without end for ever.
    public let seconds: Double

    /// Of a number or a string of JSON; nil where Ollama reads no time in it.
    public init?(_ json: JSONText) {
        guard let seconds = json.bytes.withUnsafeBytes({ Self.seconds(JSONValue($0)) }) else { return nil }
        self.json = json
        self.seconds = seconds
    }

    /// The seconds that a value means, without end for ever; nil where Ollama reads no time in it.
    static func seconds(_ value: JSONValue) -> Double? {
        let seconds: Double?
        if let text = value.text { seconds = duration(text) } else { seconds = JSONNumber.double(value.raw) }
        return seconds.map { $0 < 0 ? .infinity : $0 }
    }

    private static let units: [(name: String, seconds: Double)] = [
        ("ns", 1e-9), ("us", 1e-6), ("µs", 1e-6), ("μs", 1e-6), ("ms", 1e-3), ("s", 1), ("m", 60), ("h", 3600),
    ]

    /// `1h30m`, `-1m`, `0`: numbers, each with its unit, which only a zero goes without.
    private static func duration(_ text: some Collection<UInt8>) -> Double? {
        var rest = Array(text)[...]
        var sign = 1.0
        if let first = rest.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            if first == UInt8(ascii: "-") { sign = -1 }
            rest.removeFirst()
        }
        if rest.elementsEqual([UInt8(ascii: "0")]) { return 0 }
        guard !rest.isEmpty else { return nil }
        var sum = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { (0x30...0x39).contains($0) || $0 == 0x2E }
            guard let number = Double(String(decoding: digits, as: UTF8.self)) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { !((0x30...0x39).contains($0) || $0 == 0x2E) }
            guard let known = units.first(where: { $0.name.utf8.elementsEqual(unit) }) else { return nil }
            sum += number * known.seconds
            rest = rest.dropFirst(unit.count)
        }
        return sign * sum
    }
}

/// The policy for how long a model stays in memory, where there is one.
public struct KeepAlivePolicy: Sendable, Equatable {
    /// What becomes of a client's own `keep_alive`.
    public enum Client: String, Sendable, CaseIterable {
        /// It counts.
        case allow
        /// It counts where the model stays longer by it.
        case extend
        /// It is left out.
        case ignore
    }

    /// The time for requests that name none, and for those whose own does not count; nil: the box's own.
    public var time: KeepAlive?
    /// What becomes of a client's.
    public var client: Client

    /// A policy as given.
    public init(time: KeepAlive?, client: Client) {
        self.time = time
        self.client = client
    }

    /// Every client's own counts.
    public static let none = KeepAlivePolicy(time: nil, client: .allow)

    /// Whether a client's own counts. One in which no time can be read does: its box refuses it with a word.
    func lets(_ value: JSONValue) -> Bool {
        switch client {
        case .allow: true
        case .ignore: false
        case .extend:
            // Beside the box's own, which is not known, none is longer for sure.
            KeepAlive.seconds(value).map { own in time.map { own >= $0.seconds } ?? (own == .infinity) } ?? true
        }
    }
}
