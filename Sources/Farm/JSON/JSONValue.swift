/// A parsed JSON text. Objects keep their order and their doubles.
indirect enum JSONValue: Equatable, Sendable {
    case null
    case bool(Bool)
    /// As written: `1e3`.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object([Member])

    struct Member: Equatable, Sendable {
        let name: String
        let value: JSONValue
    }

    /// The value of a field of an object: names match without regard to case, the last one counts, null is none.
    subscript(_ name: String) -> JSONValue? {
        guard case .object(let members) = self,
            let value = members.last(where: { Self.same($0.name, name) })?.value, value != .null
        else { return nil }
        return value
    }

    /// Go's word for what kind of value this is.
    var kind: String {
        switch self {
        case .null: "null"
        case .bool: "bool"
        case .number: "number"
        case .string: "string"
        case .array: "array"
        case .object: "object"
        }
    }

    private static func same(_ a: String, _ b: String) -> Bool {
        a == b || a.lowercased() == b
    }
}

extension JSONValue {
    var string: String? { if case .string(let text) = self { text } else { nil } }
    var array: [JSONValue]? { if case .array(let items) = self { items } else { nil } }
    var members: [Member]? { if case .object(let members) = self { members } else { nil } }
    var bool: Bool? { if case .bool(let flag) = self { flag } else { nil } }
    var double: Double? { if case .number(let text) = self { Double(text) } else { nil } }
    /// Nil for a number with a fraction, too.
    var int: Int? { double.flatMap(Int.init(exactly:)) }
}
