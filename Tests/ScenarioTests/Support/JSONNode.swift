import FoundationEssentials

/// Any JSON value, to look at what a gateway answers without a type for it.
enum JSONNode: Decodable, Equatable, Sendable {
    case null
    case bool(Bool)
    case number(Double)
    case string(String)
    case array([JSONNode])
    case object([String: JSONNode])

    init(_ text: String) throws { self = try JSONDecoder().decode(JSONNode.self, from: Data(text.utf8)) }

    init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .bool(value)
        } else if let value = try? container.decode(Double.self) {
            self = .number(value)
        } else if let value = try? container.decode(String.self) {
            self = .string(value)
        } else if let value = try? container.decode([JSONNode].self) {
            self = .array(value)
        } else {
            self = .object(try container.decode([String: JSONNode].self))
        }
    }

    /// The member of that name; null where there is none.
    subscript(_ key: String) -> JSONNode {
        if case .object(let members) = self { members[key] ?? .null } else { .null }
    }

    /// The element at that place; null where there is none.
    subscript(_ index: Int) -> JSONNode { elements.indices.contains(index) ? elements[index] : .null }

    var elements: [JSONNode] { if case .array(let elements) = self { elements } else { [] } }

    var keys: Set<String> { if case .object(let members) = self { Set(members.keys) } else { [] } }

    var text: String? { if case .string(let text) = self { text } else { nil } }

    var number: Double? { if case .number(let number) = self { number } else { nil } }
}
