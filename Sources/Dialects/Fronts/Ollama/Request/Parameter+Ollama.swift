/// Ollama's names of parameters: the members of its bodies, and of the `options` in them those that other dialects have too.
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

    /// The members of `options` that other dialects have under a name of their own.
    static let ollamaOptions: [(name: StaticString, parameter: Parameter)] = [
        ("temperature", .temperature), ("top_p", .topP), ("stop", .stop), ("seed", .seed),
        ("num_predict", .maxTokens), ("presence_penalty", .presencePenalty),
        ("frequency_penalty", .frequencyPenalty),
    ]
}
