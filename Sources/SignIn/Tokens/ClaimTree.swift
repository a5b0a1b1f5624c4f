import Dialects

/// A JSON value of a token, read whole and once: the same value is checked and used.
enum ClaimTree: Sendable, Equatable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([ClaimTree])
    case members([String: ClaimTree])

    /// No claim is deeper, and a walk of it stays short.
    static let deepest = 16

    /// Nil for what is no JSON, is too deep, or names a member twice: which of the two counts would be anybody's guess (RFC 7519, 4).
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), let json = JSONText(text) else { return nil }
        self.init(json, depth: 0)
    }

    private init?(_ json: JSONText, depth: Int) {
        guard depth < Self.deepest else { return nil }
        switch json.content {
        case .null: self = .null
        case .truth(let flag): self = .flag(flag)
        case .number(let text):
            guard let number = Double(text), number.isFinite else { return nil }
            self = .number(number)
        case .text(let text): self = .text(text)
        case .list(let elements):
            var list: [ClaimTree] = []
            for element in elements {
                guard let tree = ClaimTree(element, depth: depth + 1) else { return nil }
                list.append(tree)
            }
            self = .list(list)
        case .members(let members):
            var trees: [String: ClaimTree] = [:]
            for (name, value) in members {
                guard let tree = ClaimTree(value, depth: depth + 1), trees.updateValue(tree, forKey: name) == nil else {
                    return nil
                }
            }
            self = .members(trees)
        }
    }

    /// A member of an object; nil where there is none, or null.
    subscript(name: String) -> ClaimTree? {
        guard case .members(let members) = self, let value = members[name], value != .null else { return nil }
        return value
    }

    /// A text that is not empty, or a whole number as one: ids of some identity providers are numbers.
    var word: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(let number): number == number.rounded() && abs(number) < 9e15 ? "\(Int(number))" : nil
        default: nil
        }
    }

    /// The words of a list, or of one that stands alone.
    var words: [String] {
        if case .list(let list) = self { list.compactMap(\.word) } else { word.map { [$0] } ?? [] }
    }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
}
