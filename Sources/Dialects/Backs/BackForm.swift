/// The backs there are. A new one has a case here, its place in the list, and its line in the one switch.
enum BackForm: Sendable {
    case ollama(OllamaBack)
    case openAI(OpenAIBack)
    case anthropic(AnthropicBack)
    case bedrock(BedrockBack)
    case gemini(GeminiBack)

    /// In the order in which their providers are listed to people.
    static let all: [any Back.Type] = [
        OllamaBack.self, OpenAIBack.self, AnthropicBack.self, BedrockBack.self, GeminiBack.self,
    ]

    /// An answer of this back, written by a front's sink.
    ///
    /// A switch over a closed list and not a call through `any Back`: each answer's type is known when this is compiled, so
    /// that making one looks up no type. What each piece of it costs is for ``EventAnswer`` to say.
    func answer<Sink: AnswerSink>(to request: ClientRequest, writtenBy sink: consuming Sink) -> any Answer {
        switch self {
        case .ollama(let back): back.answer(to: request, writtenBy: sink)
        case .openAI(let back): back.answer(to: request, writtenBy: sink)
        case .anthropic(let back): back.answer(to: request, writtenBy: sink)
        case .bedrock(let back): back.answer(to: request, writtenBy: sink)
        case .gemini(let back): back.answer(to: request, writtenBy: sink)
        }
    }
}
