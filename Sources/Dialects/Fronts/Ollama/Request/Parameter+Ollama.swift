/// Ollama's names of parameters: the members of `/api/chat`, and of the `options` in it those that other dialects have too.
extension Parameter {
    /// The name as Ollama's clients write it, with the path to it.
    var ollamaName: String {
        if let option = Self.ollamaOptions.first(where: { $0.parameter == self }) { return "options.\(option.name)" }
        return switch self {
        case .answerFormat, .format: "format"
        case .effort, .think: "think"
        default: "\(openAIName)"
        }
    }

    /// The members of `/api/chat` that Drover reads.
    private static let ofOllamaChat: [(name: StaticString, parameter: Parameter)] = [
        ("model", .model), ("messages", .messages), ("stream", .stream), ("format", .format),
        ("keep_alive", .keepAlive), ("tools", .tools), ("options", .options), ("think", .think),
        ("truncate", .truncate), ("shift", .shift), ("logprobs", .logprobs), ("top_logprobs", .topLogprobs),
    ]

    /// The member of `/api/chat` that Ollama takes a raw name for; nil for what Drover passes on unread.
    static func ofOllamaChat(_ raw: UnsafeRawBufferPointer) -> Parameter? {
        if let known = ofOllamaChat.first(where: { raw.equals($0.name) }) { return known.parameter }
        return GoName.folded(raw).withUnsafeBytes { name in
            ofOllamaChat.first { name.equals($0.name) }?.parameter
        }
    }

    /// The members of `options` that other dialects have under a name of their own.
    static let ollamaOptions: [(name: StaticString, parameter: Parameter)] = [
        ("temperature", .temperature), ("top_p", .topP), ("stop", .stop), ("seed", .seed),
        ("num_predict", .maxTokens), ("presence_penalty", .presencePenalty),
        ("frequency_penalty", .frequencyPenalty),
    ]
}
