import NIOCore

/// Requests in Ollama's native words; Ollama's own are passed on (``OllamaPassage``).
///
/// Chat goes to `/api/chat`, completions to `/api/generate` (the prompt as it is; Ollama puts it in the model's
/// template unless `raw` is set), embeddings to `/api/embed`. Values are copied as they stand in the client's body.
enum OllamaProvider {
    static func encode(
        _ request: ClientRequest, for ollama: OllamaTarget, _ terms: EncodingTerms, into out: inout ByteBuffer
    ) throws(RequestFault) {
        if request.front.dialect == .ollama {
            return OllamaPassage.encode(request, for: ollama, terms, into: &out)
        }
        let start = out.writerIndex
        try request.body.withUnsafeReadableBytes { bytes throws(RequestFault) in
            let encoder = OllamaEncoder(bytes: bytes, request: request, target: ollama, terms)
            let schema = ForcedCall(request)?.schema()
            let room =
                bytes.count + ollama.defaultsRoom + encoder.toolsRoom + (schema?.count ?? 0) + OllamaEncoder.keysRoom
            switch request.work {
            case .chat:
                try encoder.refuseInChat()
                let prompt = Prompt(bytes, of: request)
                if let messages = prompt.plainMessages {
                    try out.compose(atMost: ollama.chat.bytes.count + room) { writer throws(RequestFault) in
                        writer.write(ollama.chat.bytes)
                        writer.write(",\"messages\":")
                        writer.write(bytes[messages])
                        try encoder.writeChat(heldTo: schema, to: &writer)
                        writer.write(byte: 0x7d)
                    }
                } else {
                    out.writeBytes(ollama.chat.bytes)
                    out.writeStaticString(",\"messages\":")
                    try OllamaMessages.write(prompt, into: &out)
                    try out.compose(atMost: room - Int(request.fields[.messages].count)) {
                        writer throws(RequestFault) in
                        try encoder.writeChat(heldTo: schema, to: &writer)
                        writer.write(byte: 0x7d)
                    }
                }
                out.putLength(ollama.chat, from: start)
            case .completion:
                try encoder.refuseInGenerate()
                out.compose(atMost: ollama.generate.bytes.count + room) { writer in
                    writer.write(ollama.generate.bytes)
                    encoder.writeGenerate(to: &writer)
                    writer.write(byte: 0x7d)
                }
                out.putLength(ollama.generate, from: start)
            case .embedding:
                out.compose(atMost: ollama.embed.bytes.count + room) { writer in
                    writer.write(ollama.embed.bytes)
                    encoder.writeEmbed(isLoad: request.isLoad, to: &writer)
                    writer.write(byte: 0x7d)
                }
                out.putLength(ollama.embed, from: start)
            }
        }
    }
}
