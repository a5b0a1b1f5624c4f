/// The API by which a client asks: one case for each route that runs a model.
public enum Front: Sendable, CaseIterable {
    case openAIChat, openAICompletions, openAIEmbeddings, openAIResponses

    /// What it asks for.
    public var work: Work {
        switch self {
        case .openAIChat, .openAIResponses: .chat
        case .openAICompletions: .completion
        case .openAIEmbeddings: .embedding
        }
    }

    /// The language it speaks.
    public var dialect: Dialect {
        switch self {
        case .openAIChat, .openAICompletions, .openAIEmbeddings, .openAIResponses: .openAI
        }
    }
}
