/// How much a client wants the model to think.
enum ReasoningEffort: String, CaseIterable {
    case none, minimal, low, medium, high, xhigh, max

    /// Every name, for messages.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// From a raw JSON value. LiteLLM's `disable` is `none`.
    init?(_ value: UnsafeRawBufferPointer) {
        guard value.count > 2, value[0] == 0x22 else { return nil }
        if value.equals("\"disable\"") {
            self = .none
        } else {
            self.init(rawValue: String(decoding: value.dropFirst().dropLast(), as: UTF8.self))
        }
    }

    /// The effort whose budget of tokens, in LiteLLM's table, is this or the next smaller one.
    init(budget tokens: Int) {
        switch tokens {
        case ..<1: self = .none
        case ..<2048: self = .low
        case ..<4096: self = .medium
        default: self = .high
        }
    }

    /// Whether it asks a model not to think. `minimal` does too, since most models have nothing between not to think and `low`;
    /// those that have are told it by their words (``ModelEfforts``).
    var isOff: Bool { self == .none || self == .minimal }

    /// How much it is beside the others.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    /// As a JSON string.
    var quoted: StaticString {
        switch self {
        case .none: "\"none\""
        case .minimal: "\"minimal\""
        case .low: "\"low\""
        case .medium: "\"medium\""
        case .high: "\"high\""
        case .xhigh: "\"xhigh\""
        case .max: "\"max\""
        }
    }
}
