/// The words of `/v1/messages`.
enum AnthropicWords: RequestWords {
    static func forEachMessage(
        of messages: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = AnthropicPromptReader(bytes)
        try reader.read(messages, body)
    }

    static func forEachMessage(
        ofSystem system: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = AnthropicPromptReader(bytes)
        try reader.read(system: system, body)
    }

    static func sampling(_ way: Sampling, in source: ParameterSource) -> JSONValue? { source.extra(way.name) }

    /// `thinking` says whether, and `output_config` how much.
    static func effort(in source: ParameterSource) -> ReasoningEffort? {
        let asked = source.extras.lazy.compactMap { extra in
            ThinkingWords.effort(source.bytes[extra.name], JSONValue(extra.value, of: source.bytes))
        }.first
        if let asked, asked.isOff { return asked }
        return source[.effort].flatMap { ReasoningEffort($0.raw) } ?? asked
    }

    static func answerFormat(_ format: JSONValue) -> AnswerFormat? {
        format["schema"].map { .schema($0, name: nil, description: nil) }
    }

    static var toolsAreOpenAIs: Bool { false }

    static func tool(_ tool: JSONValue, number: Int) throws(RequestFault) -> Tool? {
        tool["name"].map { name in
            Tool(
                number: number, name: name, description: tool["description"], schema: tool["input_schema"],
                isStrict: tool["strict"]?.isTrue ?? false, whole: tool, function: tool)
        }
    }

    static func callsOneAtATime(in source: ParameterSource) -> Bool? {
        source[.toolChoice]?["disable_parallel_tool_use"].map { $0.isTrue }
    }

    static func name(of parameter: Parameter, in source: ParameterSource) -> String {
        switch parameter {
        case .stop: "stop_sequences"
        case .effort: source.fields.has(.effort) ? "output_config.effort" : "thinking"
        case .answerFormat: "output_config.format"
        case .user: "metadata.user_id"
        case .parallelToolCalls: "tool_choice.disable_parallel_tool_use"
        default: "\(parameter.openAIName)"
        }
    }

    static func path(to place: Place, _ detail: Place.Detail) -> String {
        var path = "messages.\(place.message)"
        switch place.spot {
        case .message: break
        case .part(nil), .result(nil): path += ".content"
        case .part(let number?), .result(let number?), .picture(let number), .call(let number?):
            path += ".content.\(number)"
        case .call(nil): path += ".content"
        }
        switch detail {
        case .itself: break
        case .kind: path += ".type"
        case .image, .file, .fileData, .fileID, .sound, .soundType: path += ".source"
        case .callID: path += ".id"
        case .arguments: path += ".input"
        case .resultID: path += ".tool_use_id"
        }
        return path
    }

    static func word(for kind: Block.Kind) -> String {
        switch kind {
        case .text, .refusal: "text"
        case .image, .shown: "image"
        case .file: "document"
        case .audio: "audio"
        case .thinking: "thinking"
        case .redacted: "redacted_thinking"
        case .call: "tool_use"
        }
    }
}
