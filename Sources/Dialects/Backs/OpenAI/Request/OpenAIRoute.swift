/// The upstream's routes that run a model, as messages and addresses name them.
enum OpenAIRoute: String, CaseIterable {
    case chat, completions, embeddings, responses

    /// The route that does what is asked.
    init(_ front: Front) {
        guard front != .openAIResponses else {
            self = .responses
            return
        }
        switch front.work {
        case .chat: self = .chat
        case .completion: self = .completions
        case .embedding: self = .embeddings
        }
    }
}
