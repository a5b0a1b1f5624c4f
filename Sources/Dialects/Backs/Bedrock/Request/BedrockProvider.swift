import NIOCore

/// Requests in the words of Bedrock's Converse and ConverseStream.
///
/// Converse asks in one form for every model of text that Bedrock has; embeddings it does not have. A completion is sent
/// as a chat of one user's message.
enum BedrockProvider {
    static func encode(
        _ request: ClientRequest, for target: BedrockTarget, drops: Bool, unixSeconds: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard request.work != .embedding else {
            throw RequestFault(
                "Bedrock's Converse API has no embeddings; route `\(request.model)` to a provider that does",
                param: "model")
        }
        let start = out.writerIndex
        let head = request.streamsUpstream ? target.stream : target.whole
        out.writeBytes(head.head.bytes)
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            let own = ParameterSource(bytes, of: request)
            try target.defaults.withLayers(under: own) { parameters throws(RequestFault) in
                let encoder = BedrockEncoder(
                    prompt: Prompt(bytes, of: request), parameters: BedrockParameters(parameters), target: target,
                    drops: drops)
                try encoder.write(request.work, into: &out)
            }
        }
        head.complete(in: &out, from: start, unixSeconds: unixSeconds)
    }
}
