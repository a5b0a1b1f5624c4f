/// The words of OpenAI's requests, and of a deployment's own parameters.
enum OpenAIWords: RequestWords {
    /// Members that hold a sound, a film or a file, and kinds of parts that are one.
    static let weighty: [StaticString] = [
        "input_audio", "audio_url", "file", "file_data", "input_file", "video_url",
    ]

    static func forEachMessage(
        of messages: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = OpenAIPromptReader(bytes)
        try reader.read(messages, body)
    }

    static func sampling(_ way: Sampling, in source: ParameterSource) -> JSONValue? { source.extra(way.name) }

    /// In any of its forms, the first of these that says it: OpenAI's own, OpenRouter's object, unknown fields in their order.
    static func effort(in source: ParameterSource) -> ReasoningEffort? {
        if let effort = source[.effort] { return ReasoningEffort(effort.raw) }
        if let effort = source[.reasoning].flatMap({ ThinkingWords.effort(reasoning: $0) }) { return effort }
        for extra in source.extras {
            let value = JSONValue(extra.value, of: source.bytes)
            if let effort = ThinkingWords.effort(source.bytes[extra.name], value) { return effort }
        }
        return nil
    }

    static func answerFormat(_ format: JSONValue) -> AnswerFormat? { AnswerFormat(openAI: format) }

    static func tool(_ tool: JSONValue, number: Int) throws(RequestFault) -> Tool? {
        Tool(openAI: tool, number: number)
    }

    /// Of the forms of an effort the one that says it.
    static func name(of parameter: Parameter, in source: ParameterSource) -> String {
        guard parameter == .effort, !source.fields.has(.effort) else { return "\(parameter.openAIName)" }
        if source.fields.has(.reasoning) { return "\(Parameter.reasoning.openAIName)" }
        let extra = source.extras.first {
            ThinkingWords.effort(source.bytes[$0.name], JSONValue($0.value, of: source.bytes)) != nil
        }
        return extra.map { JSONString.decode(source.bytes[$0.name]) } ?? "\(parameter.openAIName)"
    }

    static func path(to place: Place, _ detail: Place.Detail) -> String {
        let whole = "messages[\(place.message)]"
        var path: String
        switch place.spot {
        case .message: path = whole
        case .part(nil), .result(nil): path = whole + ".content"
        case .part(let number?), .result(let number?): path = whole + ".content[\(number)]"
        case .picture(let number): path = whole + ".images[\(number)]"
        case .call(nil): path = whole + ".function_call"
        case .call(let number?): path = whole + ".tool_calls[\(number)]"
        }
        switch detail {
        case .itself: break
        case .kind: path += ".type"
        case .image: path += ".image_url.url"
        case .file: path += ".file"
        case .fileData: path += ".file.file_data"
        case .fileID: path += ".file.file_id"
        case .sound: path += ".input_audio.data"
        case .soundType: path += ".input_audio.format"
        case .callID: path += ".id"
        case .arguments: if case .call(nil) = place.spot { path += ".arguments" } else { path += ".function.arguments" }
        case .resultID: path = whole + ".tool_call_id"
        }
        return path
    }

    static func word(for kind: Block.Kind) -> String {
        switch kind {
        case .text: "text"
        case .refusal: "refusal"
        case .image, .shown: "image_url"
        case .file: "file"
        case .audio: "input_audio"
        case .thinking: "thinking"
        case .redacted: "redacted_thinking"
        case .call: "function"
        }
    }
}
