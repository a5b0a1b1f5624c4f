import NIOCore

/// Requests in the words of Google's Gemini API (`generativelanguage.googleapis.com`).
///
/// Chat and completions go to `:generateContent`, a completion's prompt as the one message of a user; embeddings to
/// `:batchEmbedContents`. Text is copied as it stands in the client's body.
enum GeminiProvider {
    static func encode(
        _ request: ClientRequest, for target: GeminiTarget, drops: Bool, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let start = out.writerIndex
        let head =
            request.work == .embedding ? target.embed : request.streamsUpstream ? target.stream : target.generate
        out.writeBytes(head.bytes)
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            let own = ParameterSource(bytes, of: request)
            try target.defaults.withLayers(under: own) { parameters throws(RequestFault) in
                var encoder = GeminiEncoder(
                    parameters: parameters, target: target, work: request.work, drops: drops)
                try encoder.refuse()
                switch request.work {
                case .chat:
                    var contents = GeminiContents(bytes: bytes, model: target.model)
                    try contents.write(Prompt(bytes, of: request), into: &out)
                    contents.writeSystem(into: &out)
                    try encoder.writeTools(into: &out)
                    try encoder.writeParameters(into: &out)
                case .completion:
                    out.writeStaticString("{\"role\":\"user\",\"parts\":[{\"text\":")
                    out.writeBytes(bytes[request.fields[.prompt]])
                    out.writeStaticString("}]}]")
                    try encoder.writeParameters(into: &out)
                case .embedding: encoder.writeEmbeddings(of: request.fields[.input], into: &out)
                }
            }
        }
        out.writeInteger(0x7d as UInt8)
        out.putLength(head, from: start)
    }
}
