/// The words of `/api/chat`.
enum OllamaWords: RequestWords {
    static func forEachMessage(
        of messages: JSONSlice, in bytes: UnsafeRawBufferPointer,
        _ body: (borrowing Message) throws(RequestFault) -> Void
    ) throws(RequestFault) {
        var reader = OllamaPromptReader(bytes)
        try reader.read(messages, body)
    }

    /// One of `options`; of several the last one counts, as for Ollama.
    static func sampling(_ way: Sampling, in source: ParameterSource) -> JSONValue? {
        let bytes = source.bytes
        guard let value = source.options.last(where: { bytes[$0.name].spells(way.name) })?.value else { return nil }
        guard way == .topK else { return JSONValue(value, of: bytes) }
        // Zero and below is no limit.
        guard let count = OllamaOption.integer(bytes[value]), count > 0 else { return nil }
        return JSONValue(bytes.wholePart(of: value), of: bytes)
    }

    /// Of `think`: true is as much as most models are told that think at all.
    static func effort(in source: ParameterSource) -> ReasoningEffort? {
        guard let think = source[.effort] else { return nil }
        return think.isTrue ? .medium : think.isFalse ? ReasoningEffort.none : ReasoningEffort(think.raw)
    }

    static func answerFormat(_ format: JSONValue) -> AnswerFormat? { AnswerFormat(ollama: format) }

    static func tool(_ tool: JSONValue, number: Int) throws(RequestFault) -> Tool? {
        try Tool(ollama: tool, number: number)
    }

    static func name(of parameter: Parameter, in source: ParameterSource) -> String { parameter.ollamaName }

    static func path(to place: Place, _ detail: Place.Detail) -> String {
        let whole = "messages[\(place.message)]"
        switch place.spot {
        case .message: return detail == .resultID ? whole + ".tool_call_id" : whole
        case .part, .result: return whole + ".content"
        case .picture(let number): return whole + ".images[\(number)]"
        case .call(let number):
            let call = whole + ".tool_calls[\(number ?? 0)]"
            return detail == .callID ? call + ".id" : detail == .arguments ? call + ".function.arguments" : call
        }
    }

    static func word(for kind: Block.Kind) -> String {
        switch kind {
        case .text, .refusal: "content"
        case .image, .shown, .file, .audio: "images"
        case .thinking, .redacted: "thinking"
        case .call: "tool_calls"
        }
    }
}
