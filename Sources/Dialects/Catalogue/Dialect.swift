/// The language an upstream speaks.
public enum Dialect: String, Sendable, CaseIterable {
    /// Ollama's native `/api` routes.
    case ollama
    /// OpenAI's `/v1` routes, and those of the many who speak like it.
    case openAI
    /// Anthropic's Messages API.
    case anthropic
    /// Amazon Bedrock's Converse API.
    case bedrock
    /// Google's Gemini API.
    case gemini
}
