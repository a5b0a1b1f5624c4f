import NIOCore

/// JSON Schemas as the API can hold an answer to them.
///
/// It refuses a schema with constraints that it cannot compile (lengths, bounds, patterns …) and objects that allow for
/// more than their properties. The constraints become words of the description, for the model to keep to, as
/// Anthropic's own libraries do it.
enum AnthropicSchema {
    /// Bytes of a schema, or of all tools, above which nothing is held to it: the API would not compile it, and to write
    /// it anew costs its length once for every level of it.
    static let sizeLimit = 256 << 10

    /// Writes the schema at hand; one that is no object is copied.
    static func write(_ schema: JSONValue, into out: inout ByteBuffer) {
        guard schema.isObject else {
            out.writeBytes(schema.raw)
            return
        }
        // Beside a reference nothing counts, but definitions may stand there.
        let isReference = schema["$ref"] != nil
        let hasLiterals = schema["enum"] != nil || schema["const"] != nil
        let isObject = isObject(schema)
        var notes: [(name: UnsafeRawBufferPointer, value: JSONValue)] = []
        var variants: [JSONValue] = []
        var isFirst = true
        func name(_ name: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
            out.writeStaticString(isFirst ? "\"" : ",\"")
            isFirst = false
            out.writeBytes(name)
            out.writeStaticString("\":")
        }
        out.writeStaticString("{")
        schema.forEachMember { key, value in
            if isReference, !key.equals("$ref"), !isTable(key) || key.equals("properties") { return }
            if key.equals("anyOf") || key.equals("oneOf") {
                value.forEachElement { variants.append($0) }
            } else if isConstraint(key, value) {
                notes.append((key, value))
            } else if key.equals("type"), hasLiterals {
                return
            } else if key.equals("description") || key.equals("additionalProperties") && isObject {
                return
            } else if isTable(key), value.isObject {
                name(key, into: &out)
                writeTable(value, into: &out)
            } else if key.equals("allOf") {
                name(key, into: &out)
                var all: [JSONValue] = []
                value.forEachElement { all.append($0) }
                writeList(all, into: &out)
            } else if key.equals("items") {
                name(key, into: &out)
                write(value, into: &out)
            } else {
                name(key, into: &out)
                out.writeBytes(value.raw)
            }
        }
        if !variants.isEmpty {
            out.writeStaticString(isFirst ? "\"anyOf\":" : ",\"anyOf\":")
            isFirst = false
            writeList(variants, into: &out)
        }
        let description = isReference ? nil : schema["description"]?.text
        if description != nil || !notes.isEmpty {
            out.writeStaticString(isFirst ? "\"description\":\"" : ",\"description\":\"")
            isFirst = false
            writeDescription(description, notes, into: &out)
        }
        if isObject, !isReference {
            out.writeStaticString(isFirst ? "\"additionalProperties\":false" : ",\"additionalProperties\":false")
        }
        out.writeStaticString("}")
    }

    /// The schema as bytes.
    static func closed(_ schema: JSONValue) -> [UInt8] {
        var out = ByteBuffer()
        write(schema, into: &out)
        return Array(out.readableBytesView)
    }

    private static func writeTable(_ table: JSONValue, into out: inout ByteBuffer) {
        var isFirst = true
        out.writeStaticString("{")
        table.forEachMember { key, value in
            out.writeStaticString(isFirst ? "\"" : ",\"")
            isFirst = false
            out.writeBytes(key)
            out.writeStaticString("\":")
            write(value, into: &out)
        }
        out.writeStaticString("}")
    }

    private static func writeList(_ schemas: [JSONValue], into out: inout ByteBuffer) {
        out.writeStaticString("[")
        for (position, schema) in schemas.enumerated() {
            if position > 0 { out.writeStaticString(",") }
            write(schema, into: &out)
        }
        out.writeStaticString("]")
    }

    private static func writeDescription(
        _ description: UnsafeRawBufferPointer?, _ notes: [(name: UnsafeRawBufferPointer, value: JSONValue)],
        into out: inout ByteBuffer
    ) {
        if let description { out.writeBytes(description) }
        for (position, note) in notes.enumerated() {
            out.writeStaticString(position > 0 ? ", " : description == nil ? "{" : "\\n\\n{")
            out.writeBytes(note.name)
            out.writeStaticString(": ")
            out.writeEscaped(note.value.raw)
        }
        out.writeStaticString(notes.isEmpty ? "\"" : "}\"")
    }

    /// Whether it may be an object.
    static func isObject(_ schema: JSONValue) -> Bool {
        guard let type = schema["type"] else { return schema["properties"] != nil }
        var found = type.says("object")
        type.forEachElement { if $0.says("object") { found = true } }
        return found
    }

    /// Whether the member's own members are schemas.
    private static func isTable(_ key: UnsafeRawBufferPointer) -> Bool {
        key.equals("properties") || key.equals("$defs") || key.equals("definitions")
    }

    private static func isConstraint(_ key: UnsafeRawBufferPointer, _ value: JSONValue) -> Bool {
        if key.equals("format") { return !formats.contains { value.says($0) } }
        if key.equals("minItems") { return !value.raw.equals("0") && !value.raw.equals("1") }
        if key.equals("items") { return value.isArray }
        return constraints.contains { key.equals($0) }
    }

    private static let formats: [StaticString] = [
        "date-time", "time", "date", "duration", "email", "hostname", "uri", "ipv4", "ipv6", "uuid",
    ]
    private static let constraints: [StaticString] = [
        "minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength",
        "pattern", "maxItems", "uniqueItems", "contains", "minContains", "maxContains", "prefixItems",
        "minProperties", "maxProperties", "patternProperties", "propertyNames", "dependentRequired",
        "dependentSchemas", "unevaluatedProperties", "if", "then", "else", "not",
    ]
}
