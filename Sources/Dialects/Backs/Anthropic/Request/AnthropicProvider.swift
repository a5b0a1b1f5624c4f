import NIOCore

/// Requests in the words of Anthropic's Messages API (`POST /v1/messages`).
///
/// Chat is a conversation; a completion is one with a single user's message, since there is no other route. Values that
/// mean the same are copied as they stand in the client's body.
enum AnthropicProvider {
    static func encode(
        _ request: ClientRequest, for target: AnthropicTarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard request.work != .embedding else {
            throw RequestFault("Anthropic has no embeddings; ask for a model of another provider", param: "model")
        }
        let start = out.writerIndex
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            let own = ParameterSource(bytes, of: request)
            try target.defaults.withLayers(under: own) { parameters throws(RequestFault) in
                let encoder = try AnthropicEncoder(
                    Prompt(bytes, of: request), parameters, model: target.model, answerLimit: target.answerLimit,
                    work: request.work,
                    streams: request.streamsUpstream, drops: drops)
                out.writeBytes(target.head.bytes)
                try encoder.write(into: &out)
            }
        }
        out.putLength(target.head, from: start)
    }
}
