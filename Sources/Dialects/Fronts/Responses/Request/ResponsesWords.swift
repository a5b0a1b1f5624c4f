/// The words of `/v1/responses`.
enum ResponsesWords: RequestWords {
    /// Of a message that stands beside the items.
    static let instructions = -1

    static func forEachMessage(
        of messages: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = ResponsesPromptReader(bytes)
        try reader.read(messages, body)
    }

    static func forEachMessage(
        ofSystem system: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = ResponsesPromptReader(bytes)
        try reader.read(instructions: system, body)
    }

    static func sampling(_ way: Sampling, in source: ParameterSource) -> JSONValue? { source.extra(way.name) }

    /// Of `reasoning`, or in any of the forms that the clients of chats use.
    static func effort(in source: ParameterSource) -> ReasoningEffort? { OpenAIWords.effort(in: source) }

    /// Of `text.format`: what a chat has in an object of its own stands beside the type.
    static func answerFormat(_ format: JSONValue) -> AnswerFormat? {
        if format["type"]?.says("json_schema") ?? false, let schema = format["schema"] {
            return .schema(
                schema, name: format["name"], description: format["description"],
                isStrict: format["strict"]?.isTrue ?? false)
        }
        return AnswerFormat(openAI: format)
    }

    static var toolsAreOpenAIs: Bool { false }

    static func tool(_ tool: JSONValue, number: Int) throws(RequestFault) -> Tool? {
        guard tool["type"]?.says("function") ?? false, let name = tool["name"], name.text != nil else { return nil }
        return Tool(
            number: number, name: name, description: tool["description"], schema: tool["parameters"],
            isStrict: tool["strict"]?.isTrue ?? false, whole: tool, function: tool)
    }

    static func name(of parameter: Parameter, in source: ParameterSource) -> String {
        switch parameter {
        case .messages: "input"
        case .system: "instructions"
        case .maxTokens: "max_output_tokens"
        case .answerFormat: "text.format"
        case .logprobs: "include"
        case .effort where source.fields.has(.reasoning) && !source.fields.has(.effort): "reasoning.effort"
        default: OpenAIWords.name(of: parameter, in: source)
        }
    }

    static func path(to place: Place, _ detail: Place.Detail) -> String {
        guard place.message != instructions else { return "instructions" }
        var path = "input[\(place.message)]"
        switch place.spot {
        case .message, .call, .picture: break
        case .part(nil): path += ".content"
        case .part(let number?): path += ".content[\(number)]"
        case .result(nil): path += ".output"
        case .result(let number?): path += ".output[\(number)]"
        }
        switch detail {
        case .itself: break
        case .kind: path += ".type"
        case .image: path += ".image_url"
        case .file, .fileData: path += ".file_data"
        case .fileID: path += ".file_id"
        case .sound: path += ".input_audio.data"
        case .soundType: path += ".input_audio.format"
        case .callID, .resultID: path += ".call_id"
        case .arguments: path += ".arguments"
        }
        return path
    }

    static func word(for kind: Block.Kind) -> String {
        switch kind {
        case .text: "input_text"
        case .refusal: "refusal"
        case .image: "input_image"
        case .shown: "image_generation_call"
        case .file: "input_file"
        case .audio: "input_audio"
        case .thinking, .redacted: "reasoning"
        case .call: "function_call"
        }
    }

    /// A fault that a back tells in the words of chats.
    static func inOwnWords(_ fault: RequestFault) -> RequestFault {
        guard let path = fault.param else { return fault }
        var own = path
        if path == "messages" {
            own = "input"
        } else if path.hasPrefix("tools[") || path.hasPrefix("tool_choice.") {
            own = path.replacing(".function", with: "")
        }
        guard own != path else { return fault }
        return RequestFault(fault.message.replacing("`\(path)`", with: "`\(own)`"), param: own)
    }
}
