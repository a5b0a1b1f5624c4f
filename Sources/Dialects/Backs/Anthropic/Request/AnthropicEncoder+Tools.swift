import NIOCore

/// Tools and the choice among them.
extension AnthropicEncoder {
    /// What the model may or must call.
    private enum Choice: Equatable {
        case auto, none, any
        /// A tool, by the inside of the string of its name.
        case tool(String)
    }

    /// - Parameter called: names of the tools that the conversation has calls of.
    func writeTools(called: [JSONSlice], into out: inout ByteBuffer) throws(RequestFault) {
        let source = parameters.toolSource
        let hasTools = source.hasTools
        let choice = try hasTools ? choice() : .auto
        var offersAnswer = false
        // A call that is asked for is the answer: there is no text that could be JSON.
        if case .tool = format, choice == .auto || choice == .none { offersAnswer = true }
        let search = parameters.webSearch
        guard hasTools || search != nil || offersAnswer else { return writeCalled(called, into: &out) }
        var isFirst = true
        func separate(_ out: inout ByteBuffer) {
            out.writeStaticString(isFirst ? ",\"tools\":[" : ",")
            isFirst = false
        }
        if hasTools {
            let isSmall = source[.tools].map { $0.raw.count <= AnthropicSchema.sizeLimit } ?? false
            var isStrict = model.hasStructuredOutputs && isSmall
            if isStrict { isStrict = try AnthropicStrictness(source).isTaken }
            try source.forEachTool { tool throws(RequestFault) in
                separate(&out)
                try write(tool, isStrict: isStrict, into: &out)
            }
        }
        if let search {
            separate(&out)
            writeSearch(search, into: &out)
        }
        if case .tool(let schema) = format, offersAnswer {
            separate(&out)
            writeAnswerTool(schema, into: &out)
        }
        out.writeStaticString("]")
        if offersAnswer {
            let hasOthers = hasTools && choice == .auto
            writeAnswerChoice(hasOthers: hasOthers, searches: search != nil, into: &out)
        } else {
            write(choice, into: &out)
        }
    }

    /// The API wants the tools of a conversation's calls, even where none is to be called any more.
    private func writeCalled(_ names: [JSONSlice], into out: inout ByteBuffer) {
        guard !names.isEmpty else { return }
        let bytes = parameters.request.bytes
        // Each once. Looked up by hash: a client may write a hundred thousand of them.
        var written: Set<[UInt8]> = []
        for name in names where written.insert(Array(bytes[name])).inserted {
            out.writeStaticString(written.count > 1 ? ",{\"name\":" : ",\"tools\":[{\"name\":")
            out.writeBytes(bytes[name])
            out.writeStaticString(",\"input_schema\":{\"type\":\"object\"}}")
        }
        out.writeStaticString("],\"tool_choice\":{\"type\":\"none\"}")
    }

    private func write(_ tool: Tool, isStrict: Bool, into out: inout ByteBuffer) throws(RequestFault) {
        guard !tool.name.says(AnthropicReader.answerTool) else { throw tool.takenName() }
        out.writeStaticString("{\"name\":")
        out.writeBytes(tool.name.raw)
        if let description = tool.description, description.text != nil {
            out.writeStaticString(",\"description\":")
            out.writeBytes(description.raw)
        }
        let isStrict = isStrict && tool.isStrict
        out.writeStaticString(",\"input_schema\":")
        writeInputSchema(tool.schema, isStrict: isStrict, into: &out)
        if isStrict { out.writeStaticString(",\"strict\":true") }
        for member in Self.anthropicsOwn {
            guard let value = tool.member(member) else { continue }
            out.writeStaticString(",\"")
            out.writeStaticString(member)
            out.writeStaticString("\":")
            out.writeBytes(value.raw)
        }
        out.writeStaticString("}")
    }

    /// What a client may say of a tool in Anthropic's words.
    private static let anthropicsOwn: [StaticString] = [
        "cache_control", "defer_loading", "eager_input_streaming", "input_examples",
    ]

    /// A tool's schema must say that it is an object's.
    private func writeInputSchema(_ schema: JSONValue?, isStrict: Bool, into out: inout ByteBuffer) {
        guard let schema, schema.isObject else {
            out.writeStaticString("{\"type\":\"object\",\"properties\":{}")
            out.writeStaticString(isStrict ? ",\"additionalProperties\":false}" : "}")
            return
        }
        if isStrict { return AnthropicSchema.write(schema, into: &out) }
        if schema["type"]?.says("object") ?? false {
            out.writeBytes(schema.raw)
            return
        }
        out.writeStaticString("{\"type\":\"object\"")
        schema.forEachMember { name, value in
            if name.equals("type") { return }
            out.writeStaticString(",\"")
            out.writeBytes(name)
            out.writeStaticString("\":")
            out.writeBytes(value.raw)
        }
        out.writeStaticString("}")
    }

    private func writeAnswerTool(_ schema: JSONValue?, into out: inout ByteBuffer) {
        out.writeStaticString("{\"name\":\"")
        out.writeStaticString(AnthropicReader.answerTool)
        out.writeStaticString("\",\"description\":\"Gives the answer: the input is all of it.\",\"input_schema\":")
        if schema == nil {
            out.writeStaticString("{\"type\":\"object\",\"properties\":{},\"additionalProperties\":true}")
        } else {
            writeInputSchema(schema, isStrict: false, into: &out)
        }
        out.writeStaticString("}")
    }

    /// Forced where it can be; one answer is enough.
    private func writeAnswerChoice(hasOthers: Bool, searches: Bool, into out: inout ByteBuffer) {
        let canForce = model.takesForcedCalls && !thinking.isOn
        if !canForce || searches {
            out.writeStaticString(",\"tool_choice\":{\"type\":\"auto\"")
        } else if hasOthers {
            out.writeStaticString(",\"tool_choice\":{\"type\":\"any\"")
        } else {
            out.writeStaticString(",\"tool_choice\":{\"type\":\"tool\",\"name\":\"")
            out.writeStaticString(AnthropicReader.answerTool)
            out.writeStaticString("\"")
        }
        let isSingle = !hasOthers || parameters.callsOneAtATime
        out.writeStaticString(isSingle ? ",\"disable_parallel_tool_use\":true}" : "}")
    }

    /// A search as the tool that the provider runs itself; how much context stands for how many searches
    /// (LiteLLM's figures).
    private func writeSearch(_ search: WebSearch, into out: inout ByteBuffer) {
        out.writeStaticString("{\"type\":\"web_search_20250305\",\"name\":\"web_search\"")
        switch search.size {
        case nil: break
        case .low: out.writeStaticString(",\"max_uses\":1")
        case .medium: out.writeStaticString(",\"max_uses\":5")
        case .high: out.writeStaticString(",\"max_uses\":10")
        }
        if let place = search.place {
            out.writeStaticString(",\"user_location\":{\"type\":\"approximate\"")
            for name: StaticString in ["city", "region", "country", "timezone"] {
                guard let value = place[name] else { continue }
                out.writeStaticString(",\"")
                out.writeStaticString(name)
                out.writeStaticString("\":")
                out.writeBytes(value.raw)
            }
            out.writeStaticString("}")
        }
        out.writeStaticString("}")
    }

    private func choice() throws(RequestFault) -> Choice {
        switch parameters.toolChoice {
        case nil, .auto: return .auto
        case .never: return .none
        case .required: return try forced(.any)
        case .function(let name): return try forced(.tool(String(decoding: name.text ?? name.raw, as: UTF8.self)))
        case .other:
            guard drops else {
                throw refusal(.toolChoice, "use \"auto\", \"none\", \"required\" or a named function")
            }
            return .auto
        }
    }

    /// Models that think do so before they call, and the API forces none of them.
    private func forced(_ choice: Choice) throws(RequestFault) -> Choice {
        if model.takesForcedCalls, !thinking.isOn { return choice }
        guard drops else {
            throw refusal(.toolChoice, "a model that thinks cannot be made to call; use \"auto\"")
        }
        return .auto
    }

    private func write(_ choice: Choice, into out: inout ByteBuffer) {
        let isSingle = parameters.callsOneAtATime
        switch choice {
        case .auto:
            guard isSingle else { return }
            out.writeStaticString(",\"tool_choice\":{\"type\":\"auto\"")
        case .none:
            out.writeStaticString(",\"tool_choice\":{\"type\":\"none\"}")
            return
        case .any: out.writeStaticString(",\"tool_choice\":{\"type\":\"any\"")
        case .tool(let name):
            out.writeStaticString(",\"tool_choice\":{\"type\":\"tool\",\"name\":\"")
            out.writeString(name)
            out.writeStaticString("\"")
        }
        out.writeStaticString(isSingle ? ",\"disable_parallel_tool_use\":true}" : "}")
    }
}
