public import NIOCore

/// The dialects, one line each.
public enum Provider {
    /// Writes the complete HTTP/1.1 request for an upstream: request line, headers and body, in one buffer.
    ///
    /// The one way to such bytes, and it takes a permit: what may not leave is never written.
    /// Writes after what `out` already holds; on a throw `out` is as it was.
    ///
    /// - Parameters:
    ///   - permit: leave to send this request to its target.
    ///   - load: what of the load-time options it may say.
    ///   - unixSeconds: the present, for signatures.
    /// - Throws: `RequestFault` for what this upstream cannot do (unless the request or the target drops such
    ///   parameters), and for images and tool arguments that cannot be translated.
    public static func encode(
        _ request: ClientRequest, with permit: EgressPermit, load: LoadTerms = .asRequested, unixSeconds: Int,
        into out: inout ByteBuffer
    ) throws(RequestFault) {
        let start = out.writerIndex
        if request.front == .openAIResponses {
            guard case .openAI = permit.target.form else { throw .noResponses(request.model) }
        }
        // A box alone can be told to load a model.
        if request.isLoad, permit.target.dialect != .ollama { throw .at("messages", "must not be empty") }
        let drops = request.dropParams ?? permit.target.dropParams
        do {
            switch permit.target.form {
            case .ollama(let target):
                try OllamaProvider.encode(request, for: target, drops: drops, load: load, into: &out)
            case .openAI(let target): try OpenAIProvider.encode(request, for: target, drops: drops, into: &out)
            case .anthropic(let target): try AnthropicProvider.encode(request, for: target, drops: drops, into: &out)
            case .bedrock(let target):
                try BedrockProvider.encode(request, for: target, drops: drops, unixSeconds: unixSeconds, into: &out)
            case .gemini(let target): try GeminiProvider.encode(request, for: target, drops: drops, into: &out)
            }
        } catch {
            out.moveWriterIndex(to: start)
            throw error
        }
    }
}
