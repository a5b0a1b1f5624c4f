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
        let tools = parameters[.tools].flatMap { $0.isEmpty ? nil : $0 }
        let choice = try tools == nil ? .auto : choice()
        var offersAnswer = false
        // A call that is asked for is the answer: there is no text that could be JSON.
        if case .tool = format, choice == .auto || choice == .none { offersAnswer = true }
        let search = parameters[.webSearchOptions]
        guard tools != nil || search != nil || offersAnswer else { return writeCalled(called, into: &out) }
        var isFirst = true
        func separate(_ out: inout ByteBuffer) {
            out.writeStaticString(isFirst ? ",\"tools\":[" : ",")
            isFirst = false
        }
        if let tools {
            let isStrict =
                model.hasStructuredOutputs && tools.raw.count <= AnthropicSchema.sizeLimit
                && AnthropicStrictness(tools).isTaken
            var number = 0
            try tools.forEachElement { tool throws(RequestFault) in
                separate(&out)
                try write(tool, number: number, isStrict: isStrict, into: &out)
                number += 1
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
            let hasOthers = tools != nil && choice == .auto
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

    private func write(
        _ tool: AnthropicValue, number: Int, isStrict: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard let function = tool["function"], let name = function["name"] else { return }
        guard !name.says(AnthropicReader.answerTool) else {
            throw .at("tools[\(number)].function.name", "is a name the gateway uses itself; choose another")
        }
        out.writeStaticString("{\"name\":")
        out.writeBytes(name.raw)
        if let description = function["description"], description.text != nil {
            out.writeStaticString(",\"description\":")
            out.writeBytes(description.raw)
        }
        let isStrict = isStrict && function["strict"]?.isTrue ?? false
        out.writeStaticString(",\"input_schema\":")
        writeInputSchema(function["parameters"], isStrict: isStrict, into: &out)
        if isStrict { out.writeStaticString(",\"strict\":true") }
        for member in Self.anthropicsOwn {
            guard let value = tool[member] ?? function[member] else { continue }
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
    private func writeInputSchema(_ schema: AnthropicValue?, isStrict: Bool, into out: inout ByteBuffer) {
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

    private func writeAnswerTool(_ schema: AnthropicValue?, into out: inout ByteBuffer) {
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
        let isSingle = !hasOthers || parameters.parallelToolCalls?.isFalse ?? false
        out.writeStaticString(isSingle ? ",\"disable_parallel_tool_use\":true}" : "}")
    }

    /// OpenAI's search as the tool that the provider runs itself; how much context stands for how many searches
    /// (LiteLLM's figures).
    private func writeSearch(_ options: AnthropicValue, into out: inout ByteBuffer) {
        out.writeStaticString("{\"type\":\"web_search_20250305\",\"name\":\"web_search\"")
        if let size = options["search_context_size"] {
            out.writeStaticString(",\"max_uses\":")
            out.writeStaticString(size.says("low") ? "1" : size.says("high") ? "10" : "5")
        }
        if let place = options["user_location"]?["approximate"], place.isObject {
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
        guard let given = parameters[.toolChoice] else { return .auto }
        let word = given.isObject ? given["type"] : given
        if given.isObject, let name = (given["function"] ?? given)["name"]?.text {
            return try forced(.tool(String(decoding: name, as: UTF8.self)))
        }
        if word?.says("auto") ?? false { return .auto }
        if word?.says("none") ?? false { return .none }
        if word?.says("required") ?? false || word?.says("any") ?? false { return try forced(.any) }
        guard drops else { throw refusal("tool_choice", "use \"auto\", \"none\", \"required\" or a named function") }
        return .auto
    }

    /// Models that think do so before they call, and the API forces none of them.
    private func forced(_ choice: Choice) throws(RequestFault) -> Choice {
        if model.takesForcedCalls, !thinking.isOn { return choice }
        guard drops else {
            throw refusal("tool_choice", "a model that thinks cannot be made to call; use \"auto\"")
        }
        return .auto
    }

    private func write(_ choice: Choice, into out: inout ByteBuffer) {
        let isSingle = parameters.parallelToolCalls?.isFalse ?? false
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
