import NIOCore

/// Writes a conversation as the messages of OpenAI's chat: pictures as data URIs among the content, arguments as strings,
/// calls with ids.
struct OpenAIPromptWriter {
    private let bytes: UnsafeRawBufferPointer

    /// Writes the array of messages.
    static func write(_ prompt: Prompt, into out: inout ByteBuffer) throws(RequestFault) {
        let writer = OpenAIPromptWriter(bytes: prompt.bytes)
        out.writeStaticString("[")
        try prompt.forEachMessage { message throws(RequestFault) in
            if message.index > 0 { out.writeStaticString(",") }
            try writer.write(message, into: &out)
        }
        out.writeStaticString("]")
    }

    private func write(_ message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        switch message.role {
        case .system: out.writeStaticString("{\"role\":\"system\"")
        case .user: out.writeStaticString("{\"role\":\"user\"")
        case .assistant: out.writeStaticString("{\"role\":\"assistant\"")
        case .tool: out.writeStaticString("{\"role\":\"tool\"")
        }
        try writeContent(of: message, into: &out)
        if !message.thoughts.isAbsent {
            out.writeStaticString(",\"reasoning_content\":")
            out.writeBytes(bytes[message.thoughts])
        }
        writeCalls(of: message, into: &out)
        if message.role == .tool {
            out.writeStaticString(",\"tool_call_id\":")
            write(message.callID, into: &out)
        }
        out.writeStaticString("}")
    }

    private func writeContent(of message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        guard !message.isString else {
            for block in message.blocks {
                guard case .text(let text) = block.kind else { continue }
                out.writeStaticString(",\"content\":")
                out.writeBytes(bytes[text])
                return
            }
            // Calls may go without, all else may not.
            if message.blocks.isEmpty { out.writeStaticString(",\"content\":\"\"") }
            return
        }
        var isFirst = true
        for block in message.blocks {
            switch block.kind {
            case .thinking, .redacted, .shown, .call: continue
            case .text, .refusal, .image, .file, .audio:
                out.writeStaticString(isFirst ? ",\"content\":[" : ",")
                isFirst = false
                try write(block, into: &out)
            }
        }
        out.writeStaticString("]")
    }

    private func write(_ block: Block, into out: inout ByteBuffer) throws(RequestFault) {
        switch block.kind {
        case .text(let text), .refusal(let text):
            out.writeStaticString("{\"type\":\"text\",\"text\":")
            out.writeBytes(bytes[text])
            out.writeStaticString("}")
        case .image(let media):
            out.writeStaticString("{\"type\":\"image_url\",\"image_url\":{\"url\":\"")
            if let type = media.picture {
                out.writeStaticString("data:")
                out.writeStaticString(type.mediaType)
                out.writeStaticString(";base64,")
            }
            out.writeBytes(bytes[media.data.unquoted])
            out.writeStaticString("\"}}")
        default: throw block.place.fault(.kind, "must be text or a picture")
        }
    }

    private func writeCalls(of message: borrowing Message, into out: inout ByteBuffer) {
        var isFirst = true
        for block in message.blocks {
            guard case .call(let call) = block.kind else { continue }
            out.writeStaticString(isFirst ? ",\"tool_calls\":[{\"id\":" : ",{\"id\":")
            isFirst = false
            write(call.id, into: &out)
            out.writeStaticString(",\"type\":\"function\",\"function\":{\"name\":")
            out.writeBytes(bytes[call.name])
            out.writeStaticString(",\"arguments\":")
            writeArguments(call.arguments, into: &out)
            out.writeStaticString("}}")
        }
        if !isFirst { out.writeStaticString("]") }
    }

    private func writeArguments(_ arguments: JSONSlice, into out: inout ByteBuffer) {
        if arguments.isAbsent {
            out.writeStaticString("\"{}\"")
        } else if bytes[arguments][0] == 0x22 {
            out.writeBytes(bytes[arguments])
        } else {
            out.writeStaticString("\"")
            out.writeEscaped(bytes[arguments])
            out.writeStaticString("\"")
        }
    }

    private func write(_ id: CallID, into out: inout ByteBuffer) {
        if case .given(let id) = id { out.writeBytes(bytes[id]) } else { out.writeQuoted(id.made ?? "") }
    }
}
