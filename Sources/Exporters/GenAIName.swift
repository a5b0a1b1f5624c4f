import Dialects

/// Words of the GenAI semantic conventions for the parts of a request.
enum GenAIName {
    /// `gen_ai.operation.name`.
    static func operation(of work: Work) -> StaticString {
        switch work {
        case .chat: "chat"
        case .completion: "text_completion"
        case .embedding: "embeddings"
        }
    }

    /// The same of a request's front.
    static func operation(of front: Front?) -> StaticString { operation(of: front?.work ?? .chat) }

    /// `gen_ai.provider.name` of a provider's name in the configuration: the conventions' word where they have one.
    static func provider(_ name: String) -> String {
        switch name {
        case "bedrock": "aws.bedrock"
        case "azure": "azure.ai.openai"
        case "gemini": "gcp.gemini"
        case "vertex_ai": "gcp.vertex_ai"
        case "mistral": "mistral_ai"
        case "xai": "x_ai"
        default: name
        }
    }
}
