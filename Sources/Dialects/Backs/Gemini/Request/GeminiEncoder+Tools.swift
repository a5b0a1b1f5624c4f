import NIOCore

/// Tools and the choice among them.
extension GeminiEncoder {
    /// Whether any function is offered.
    var hasTools: Bool { parameters[.tools].map { !$0.isEmptyContainer($0.whole) } ?? false }

    mutating func writeTools(into out: inout ByteBuffer) throws(RequestFault) {
        let searches = parameters[.webSearchOptions] != nil
        guard let tools = parameters[.tools], hasTools else {
            guard searches, claim("tools") else { return }
            out.writeStaticString(",\"tools\":[{\"googleSearch\":{}}]")
            return
        }
        guard claim("tools") else { return }
        out.writeStaticString(",\"tools\":[{\"functionDeclarations\":[")
        var isFirst = true
        tools.forEachElement(of: tools.whole) { tool in
            guard let function = tools.member("function", of: tool), let name = tools.member("name", of: function)
            else { return }
            out.writeStaticString(isFirst ? "{\"name\":" : ",{\"name\":")
            isFirst = false
            out.writeBytes(tools[name])
            if let description = tools.member("description", of: function) {
                out.writeStaticString(",\"description\":")
                out.writeBytes(tools[description])
            }
            // The schema goes as JSON Schema, byte for byte: `parameters`, OpenAPI's subset, is parsed strictly and
            // fails the whole request for one keyword it does not know (`$schema`, `additionalProperties`, `const` …).
            if let schema = tools.member("parameters", of: function), Self.saysSomething(tools, schema) {
                out.writeStaticString(",\"parametersJsonSchema\":")
                out.writeBytes(tools[schema])
            }
            out.writeStaticString("}")
        }
        out.writeStaticString("]}]")
        if let choice = parameters[.toolChoice] { try writeChoice(choice, of: tools, into: &out) }
    }

    /// Whether a schema is more than an object without properties, for which the API wants nothing at all.
    private static func saysSomething(_ bytes: UnsafeRawBufferPointer, _ schema: JSONSlice) -> Bool {
        guard bytes[schema][0] == 0x7b else { return false }
        var says = false
        bytes.forEachMember(of: schema) { name, value in
            let name = bytes[name]
            if name.equals("properties") || name.equals("required") {
                says = says || !bytes.isEmptyContainer(value)
            } else if name.equals("type") {
                says = says || !bytes[value].equals("\"object\"")
            } else {
                says = says || !saysNothing.contains { name.equals($0) }
            }
        }
        return says
    }

    private static let saysNothing: [StaticString] = [
        "additionalProperties", "$schema", "$id", "title", "description", "strict",
    ]

    private mutating func writeChoice(
        _ choice: UnsafeRawBufferPointer, of tools: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let mode: StaticString
        var name: UnsafeRawBufferPointer?
        if choice.equals("\"none\"") {
            mode = "NONE"
        } else if choice.equals("\"auto\"") {
            mode = "AUTO"
        } else if choice.equals("\"required\"") {
            mode = "ANY"
        } else if let named = choice.member("function")?.member("name"), named.first == 0x22 {
            (mode, name) = ("ANY", named)
        } else {
            guard drops else {
                throw refusal(.toolChoice, "use \"auto\", \"none\", \"required\" or a named function")
            }
            return
        }
        if let name {
            var isKnown = false
            tools.forEachElement(of: tools.whole) { tool in
                let other = tools.member("function", of: tool).flatMap { tools.member("name", of: $0) }
                if let other, tools[other].equals(name) { isKnown = true }
            }
            guard isKnown else {
                throw .at("tool_choice.function.name", "is not the name of any function in `tools`")
            }
        }
        guard claim("toolConfig") else { return }
        out.writeStaticString(",\"toolConfig\":{\"functionCallingConfig\":{\"mode\":\"")
        out.writeStaticString(mode)
        out.writeStaticString("\"")
        if let name {
            out.writeStaticString(",\"allowedFunctionNames\":[")
            out.writeBytes(name)
            out.writeStaticString("]")
        }
        out.writeStaticString("}}")
    }
}
