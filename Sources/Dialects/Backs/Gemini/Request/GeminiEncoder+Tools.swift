import NIOCore

/// Tools and the choice among them.
extension GeminiEncoder {
    /// Whether any function is offered.
    var hasTools: Bool { parameters.toolSource.hasTools }

    mutating func writeTools(into out: inout ByteBuffer) throws(RequestFault) {
        let searches = parameters[.webSearch] != nil
        guard hasTools else {
            guard searches, claim("tools") else { return }
            out.writeStaticString(",\"tools\":[{\"googleSearch\":{}}]")
            return
        }
        guard claim("tools") else { return }
        out.writeStaticString(",\"tools\":[{\"functionDeclarations\":[")
        var isFirst = true
        try parameters.toolSource.forEachTool { tool throws(RequestFault) in
            out.writeStaticString(isFirst ? "{\"name\":" : ",{\"name\":")
            isFirst = false
            out.writeBytes(tool.name.raw)
            if let description = tool.description {
                out.writeStaticString(",\"description\":")
                out.writeBytes(description.raw)
            }
            // The schema goes as JSON Schema, byte for byte: `parameters`, OpenAPI's subset, is parsed strictly and
            // fails the whole request for one keyword it does not know (`$schema`, `additionalProperties`, `const` …).
            if let schema = tool.schema, Self.saysSomething(schema) {
                out.writeStaticString(",\"parametersJsonSchema\":")
                out.writeBytes(schema.raw)
            }
            out.writeStaticString("}")
        }
        out.writeStaticString("]}]")
        if let choice = parameters.toolChoice { try write(choice, into: &out) }
    }

    /// Whether a schema is more than an object without properties, for which the API wants nothing at all.
    private static func saysSomething(_ schema: JSONValue) -> Bool {
        var says = false
        schema.forEachMember { name, value in
            if name.equals("properties") || name.equals("required") {
                says = says || !value.isEmpty
            } else if name.equals("type") {
                says = says || !value.raw.equals("\"object\"")
            } else {
                says = says || !saysNothing.contains { name.equals($0) }
            }
        }
        return says
    }

    private static let saysNothing: [StaticString] = [
        "additionalProperties", "$schema", "$id", "title", "description", "strict",
    ]

    private mutating func write(_ choice: ToolChoice, into out: inout ByteBuffer) throws(RequestFault) {
        let mode: StaticString
        var name: JSONValue?
        switch choice {
        case .never: mode = "NONE"
        case .auto: mode = "AUTO"
        case .required: mode = "ANY"
        case .function(let named): (mode, name) = ("ANY", named)
        case .other:
            guard drops else {
                throw refusal(.toolChoice, "use \"auto\", \"none\", \"required\" or a named function")
            }
            return
        }
        if let name {
            var isKnown = false
            try parameters.toolSource.forEachTool { if $0.name.raw.equals(name.raw) { isKnown = true } }
            guard isKnown else { throw parameters.request.unknownChoice() }
        }
        guard claim("toolConfig") else { return }
        out.writeStaticString(",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"")
        out.writeStaticString(mode)
        out.writeStaticString("\"")
        if let name {
            out.writeStaticString(",\"allowedFunctionNames\":[")
            out.writeBytes(name.raw)
            out.writeStaticString("]")
        }
        out.writeStaticString("}}")
    }
}
