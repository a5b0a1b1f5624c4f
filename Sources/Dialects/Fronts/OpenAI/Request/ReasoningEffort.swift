/// How much a client wants the model to think.
enum ReasoningEffort: String, CaseIterable {
    case none, minimal, low, medium, high, xhigh, max

    /// Every name, for messages.
    static let names = allCases.map(\.rawValue).joined(separator: ", ")

    /// From a raw JSON value.
    init?(_ value: UnsafeRawBufferPointer) {
        guard value.count > 2, value[0] == 0x22 else { return nil }
        self.init(rawValue: String(decoding: value.dropFirst().dropLast(), as: UTF8.self))
    }
}
