public import NIOCore

/// A client's request, scanned once and validated; keeps the body and where its fields stand in it.
public struct ClientRequest: Sendable {
    /// What it asks for.
    public let endpoint: Endpoint
    /// The name the client asks for.
    public let model: String
    /// Whether it wants the answer as it is written.
    public let stream: Bool
    /// Whether a stream is to end with a chunk of token counts.
    public let includeUsage: Bool
    /// About how many tokens the prompt has: a quarter of the bytes of its text, images left out; at least 1.
    public let promptTokenEstimate: Int
    /// The most tokens the answer may have.
    public let maxTokens: Int?
    /// LiteLLM's `timeout`, in seconds.
    public let timeoutSeconds: Double?
    /// LiteLLM's `num_retries`.
    public let numRetries: Int?
    /// LiteLLM's `drop_params`.
    public let dropParams: Bool?

    /// Reads and validates a body.
    ///
    /// - Throws: `RequestFault` naming the field.
    public static func scan(_ body: ByteBuffer, endpoint: Endpoint) throws(RequestFault) -> ClientRequest {
        throw RequestFault("not read yet")
    }
}
