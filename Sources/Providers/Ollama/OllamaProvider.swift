import NIOCore

/// OpenAI's requests in Ollama's native words.
///
/// Chat goes to `/api/chat`, completions to `/api/generate` (the prompt as it is; Ollama puts it in the model's
/// template unless `raw` is set), embeddings to `/api/embed`. Values are copied as they stand in the client's body.
enum OllamaProvider {
    static func encode(
        _ request: ClientRequest, for target: UpstreamTarget, into out: inout ByteBuffer
    ) throws(RequestFault) {
        let start = out.writerIndex
        do {
            try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
                let encoder = OllamaEncoder(bytes: bytes, request: request, target: target)
                switch request.endpoint {
                case .chat:
                    out.begin(target.ollama.chat, roomFor: bytes.count)
                    try encoder.writeChat(into: &out)
                    out.finish(target.ollama.chat, from: start)
                case .completions:
                    out.begin(target.ollama.generate, roomFor: bytes.count)
                    try encoder.writeGenerate(into: &out)
                    out.finish(target.ollama.generate, from: start)
                case .embeddings:
                    out.begin(target.ollama.embed, roomFor: bytes.count)
                    try encoder.writeEmbed(into: &out)
                    out.finish(target.ollama.embed, from: start)
                }
            }
        } catch {
            out.moveWriterIndex(to: start)
            throw error
        }
    }
}

extension ByteBuffer {
    @inline(__always)
    fileprivate mutating func begin(_ head: OllamaTarget.Head, roomFor body: Int) {
        reserveCapacity(minimumWritableBytes: head.bytes.count + body + 256)
        writeBytes(head.bytes)
    }

    /// Closes the body and puts its length, to the right, in the room the head has for it.
    @inline(__always)
    fileprivate mutating func finish(_ head: OllamaTarget.Head, from start: Int) {
        writeInteger(0x7d as UInt8)
        var rest = writerIndex - start - head.bodyStart
        var index = start + head.lengthEnd
        repeat {
            index -= 1
            setInteger(0x30 + UInt8(truncatingIfNeeded: rest % 10), at: index)
            rest /= 10
        } while rest > 0
    }
}
