public import NIOCore

/// The answer of `/api/show` for a model that no box holds: what is known of it, in Ollama's shape.
public struct OllamaModelCard: Sendable {
    /// Its provider's name, in the place of an architecture.
    public let provider: String
    /// Tokens that a prompt may have; nil where nobody says.
    public let contextLength: Int?
    /// Whether it makes embeddings and nothing else.
    public let makesEmbeddingsOnly: Bool

    /// A card with these facts.
    public init(provider: String, contextLength: Int?, makesEmbeddingsOnly: Bool) {
        self.provider = provider
        self.contextLength = contextLength
        self.makesEmbeddingsOnly = makesEmbeddingsOnly
    }

    /// Appends the body.
    public func write(into out: inout ByteBuffer) {
        out.writeStaticString("{\"modelfile\":\"\",\"parameters\":\"\",\"template\":\"\",\"details\":")
        out.writeString(OllamaModelList.noDetails)
        out.writeStaticString(",\"model_info\":{\"general.architecture\":")
        out.writeQuoted(provider)
        if let contextLength {
            out.writeStaticString(",")
            // Where clients look for it: behind the architecture's name.
            out.writeQuoted(provider + ".context_length")
            out.writeStaticString(":")
            out.writeDecimal(contextLength)
        }
        out.writeStaticString("},\"capabilities\":")
        out.writeStaticString(makesEmbeddingsOnly ? "[\"embedding\"]" : "[\"completion\",\"tools\"]")
        out.writeStaticString(",\"modified_at\":")
        out.writeQuoted(OllamaModelList.noTime)
        out.writeStaticString("}")
    }
}
