/// The API by which a client asks: one case for each route that runs a model.
public enum Front: Sendable, CaseIterable {
    case openAIChat, openAICompletions, openAIEmbeddings, openAIResponses
    case ollamaChat

    /// What it asks for.
    public var work: Work {
        switch self {
        case .openAIChat, .openAIResponses, .ollamaChat: .chat
        case .openAICompletions: .completion
        case .openAIEmbeddings: .embedding
        }
    }

    /// The language it speaks.
    public var dialect: Dialect {
        switch self {
        case .openAIChat, .openAICompletions, .openAIEmbeddings, .openAIResponses: .openAI
        case .ollamaChat: .ollama
        }
    }

    /// Its paths, all for `POST`.
    public var paths: [StaticString] {
        switch self {
        case .openAIChat: ["/v1/chat/completions", "/chat/completions"]
        case .openAICompletions: ["/v1/completions", "/completions"]
        case .openAIEmbeddings: ["/v1/embeddings", "/embeddings"]
        case .openAIResponses: ["/v1/responses", "/responses"]
        case .ollamaChat: ["/api/chat"]
        }
    }

    /// The front with this path, without a query; nil for every other.
    ///
    /// By length first, since each request passes here: a path costs one comparison.
    public static func at(path: UnsafeRawBufferPointer) -> Front? {
        switch path.count {
        case 9: path.equals("/api/chat") ? .ollamaChat : nil
        case 10: path.equals("/responses") ? .openAIResponses : nil
        case 11: path.equals("/embeddings") ? .openAIEmbeddings : nil
        case 12: path.equals("/completions") ? .openAICompletions : nil
        case 13: path.equals("/v1/responses") ? .openAIResponses : nil
        case 14: path.equals("/v1/embeddings") ? .openAIEmbeddings : nil
        case 15: path.equals("/v1/completions") ? .openAICompletions : nil
        case 17: path.equals("/chat/completions") ? .openAIChat : nil
        case 20: path.equals("/v1/chat/completions") ? .openAIChat : nil
        default: nil
        }
    }
}
