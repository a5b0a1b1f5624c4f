/// Makes a value that a JSON Schema allows: enough of it for tool parameters and answer formats, within bounds that no
/// schema of a client's moves.
struct SchemaExample {
    let root: JSONValue
    /// Begins every text that is free: `box 0: `.
    let prefix: String
    var dice: Dice

    mutating func value() -> JSONValue {
        value(of: root, depth: 0)
    }

    /// - Parameters:
    ///   - depth: how many values it stands in.
    ///   - hops: how many schemas have led to this one without a value between.
    private mutating func value(of schema: JSONValue, depth: Int, hops: Int = 0) -> JSONValue {
        // A schema that contains itself ends here.
        guard depth < 6, hops < 16 else { return .null }
        if let reference = schema["$ref"]?.string {
            return value(of: resolve(reference), depth: depth, hops: hops + 1)
        }
        if let constant = schema["const"] { return constant }
        if let choices = schema["enum"]?.array, !choices.isEmpty { return dice.pick(choices) }
        for union in ["anyOf", "oneOf"] {
            if let choices = schema[union]?.array, let first = choices.first {
                return value(of: first, depth: depth, hops: hops + 1)
            }
        }
        let type = schema["type"]?.string ?? schema["type"]?.array?.first?.string
        switch type ?? (schema["properties"] == nil ? "string" : "object") {
        case "object":
            return .object(
                (schema["properties"]?.members ?? []).map {
                    JSONValue.Member(name: $0.name, value: value(of: $0.value, depth: depth + 1))
                })
        case "array":
            let count = min(max(schema["minItems"]?.int ?? 1, 0), 16)
            return .array((0..<count).map { _ in value(of: schema["items"] ?? .object([]), depth: depth + 1) })
        case "integer":
            return .number(String(number(schema, from: 0, to: 100).rounded(.up).description.dropLast(2)))
        case "number":
            return .number(String(number(schema, from: 0, to: 100)))
        case "boolean":
            return .bool(dice.next() % 2 == 0)
        case "null":
            return .null
        default:
            return .string(text(schema))
        }
    }

    private mutating func text(_ schema: JSONValue) -> String {
        var text = prefix + Words.next(&dice)
        while text.count < min(schema["minLength"]?.int ?? 0, 1_000) { text += " " + Words.next(&dice) }
        return schema["maxLength"]?.int.map { String(text.prefix(max($0, 0))) } ?? text
    }

    private mutating func number(_ schema: JSONValue, from: Double, to: Double) -> Double {
        let low = schema["minimum"]?.double ?? schema["maximum"]?.double.map { min($0, from) } ?? from
        let high = max(schema["maximum"]?.double ?? max(to, low + 1), low)
        let value = ((low + dice.unit() * (high - low)) * 100).rounded() / 100
        return min(max(value, low), high)
    }

    private func resolve(_ reference: String) -> JSONValue {
        var schema = root
        for step in reference.split(separator: "/").dropFirst() { schema = schema[String(step)] ?? .object([]) }
        return schema
    }
}
