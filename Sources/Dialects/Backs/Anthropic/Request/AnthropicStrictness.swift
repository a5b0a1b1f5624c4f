/// Whether the API compiles all the strict tools of a request: it takes only so many, and so much variety in them.
///
/// Beyond that it refuses the request. OpenAI's clients make every tool strict and every optional parameter a union with
/// null, so a client's tools may well be more; they then go without, which costs the guarantee and not the answer.
struct AnthropicStrictness {
    private var tools = 0
    private var optionalParameters = 0
    private var unions = 0

    /// Weighs the tools that are to be strict.
    init(_ source: ParameterSource) throws(RequestFault) {
        try source.forEachTool { tool throws(RequestFault) in
            guard tool.isStrict else { return }
            tools += 1
            if let schema = tool.schema { weigh(schema) }
        }
    }

    /// The API's own limits.
    var isTaken: Bool { tools <= 20 && optionalParameters <= 24 && unions <= 16 }

    private mutating func weigh(_ schema: JSONValue) {
        if schema.isArray { return schema.forEachElement { weigh($0) } }
        if schema["anyOf"] != nil || schema["oneOf"] != nil || schema["type"]?.isArray ?? false { unions += 1 }
        if let properties = schema["properties"] {
            var names = 0
            properties.forEachMember { _, _ in names += 1 }
            schema["required"]?.forEachElement { _ in names -= 1 }
            optionalParameters += max(0, names)
        }
        schema.forEachMember { _, value in
            if value.isObject || value.isArray { weigh(value) }
        }
    }
}
