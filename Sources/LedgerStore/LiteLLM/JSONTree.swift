import FoundationEssentials

/// A JSON value, read whole: of the few columns that hold one.
enum JSONTree: Decodable, Equatable, Sendable {
    case null
    case flag(Bool)
    case number(Double)
    case text(String)
    case list([JSONTree])
    case members([String: JSONTree])

    /// Reads a text; nil for what is no JSON.
    init?(_ text: String) {
        guard let tree = try? JSONDecoder().decode(JSONTree.self, from: Data(text.utf8)) else { return nil }
        self = tree
    }

    init(from decoder: any Decoder) throws {
        let value = try decoder.singleValueContainer()
        if value.decodeNil() {
            self = .null
        } else if let flag = try? value.decode(Bool.self) {
            self = .flag(flag)
        } else if let number = try? value.decode(Double.self) {
            self = .number(number)
        } else if let text = try? value.decode(String.self) {
            self = .text(text)
        } else if let list = try? value.decode([JSONTree].self) {
            self = .list(list)
        } else {
            self = .members(try value.decode([String: JSONTree].self))
        }
    }

    /// A member of an object; null where there is none.
    subscript(name: String) -> JSONTree { members[name] ?? .null }

    /// The members of an object; none of anything else.
    var members: [String: JSONTree] { if case .members(let members) = self { members } else { [:] } }

    /// The elements of a list; none of anything else.
    var elements: [JSONTree] { if case .list(let list) = self { list } else { [] } }

    /// A text, or a number as one; nil for anything else.
    var word: String? {
        switch self {
        case .text(let text): text.isEmpty ? nil : text
        case .number(let number): number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
        default: nil
        }
    }

    /// Whether it says nothing: null, empty, false, or made of such.
    var isEmpty: Bool {
        switch self {
        case .null: true
        case .flag(let flag): !flag
        case .number: false
        case .text(let text): text.isEmpty
        case .list(let list): list.allSatisfy(\.isEmpty)
        case .members(let members): members.values.allSatisfy(\.isEmpty)
        }
    }
}
