public import NIOCore

/// The dialects, one line each.
public enum Provider {
    /// Writes the complete HTTP/1.1 request for an upstream: request line, headers and body, in one buffer.
    ///
    /// Writes after what `out` already holds; on a throw `out` is as it was.
    ///
    /// - Parameter load: what of the load-time options it may say.
    /// - Throws: `RequestFault` for what this upstream cannot do (unless the request or the target drops such
    ///   parameters), and for images and tool arguments that cannot be translated.
    public static func encode(
        _ request: ClientRequest, for target: UpstreamTarget, load: LoadTerms = .asRequested, into out: inout ByteBuffer
    ) throws(RequestFault) {
        switch target.provider {
        case .ollama: try OllamaProvider.encode(request, for: target, load: load, into: &out)
        }
    }
}
