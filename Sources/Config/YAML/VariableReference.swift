/// A text with `os.environ/NAME` in it: as the whole value, as LiteLLM has it, or inside, as in
/// `http://os.environ/HOST:11434`.
struct VariableReference: Equatable {
    private enum Part: Equatable {
        case text(Substring)
        case variable(String)
    }

    private static let mark = "os.environ/"

    private let parts: [Part]

    /// Nil for a text that names no variable.
    ///
    /// - Parameter isSet: whether there is a variable of that name. The rest of a value is one name if there is; else
    ///   a name ends with its last letter, digit or underscore.
    init?(_ text: String, isSet: (String) -> Bool) {
        guard let first = text.firstRange(of: Self.mark) else { return nil }
        if first.lowerBound == text.startIndex, isSet(String(text[first.upperBound...])) {
            parts = [.variable(String(text[first.upperBound...]))]
            return
        }
        var parts: [Part] = []
        var rest = text[...]
        while let next = rest.firstRange(of: Self.mark) {
            let name = rest[next.upperBound...].prefix { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "_") }
            if next.lowerBound > rest.startIndex { parts.append(.text(rest[..<next.lowerBound])) }
            parts.append(.variable(String(name)))
            rest = rest[name.endIndex...]
        }
        if !rest.isEmpty { parts.append(.text(rest)) }
        self.parts = parts
    }

    /// The variables, in their order; an empty one is a reference without a name.
    var names: [String] { parts.compactMap { if case .variable(let name) = $0 { name } else { nil } } }

    /// The text with each variable's value in its place.
    func text(_ value: (String) -> String) -> String {
        parts.map { part in
            switch part {
            case .text(let text): String(text)
            case .variable(let name): value(name)
            }
        }.joined()
    }
}
