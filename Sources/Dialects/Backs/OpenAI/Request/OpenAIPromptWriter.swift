import NIOCore

/// Writes a conversation as the messages of OpenAI's chat: pictures as data URIs among the content, arguments as strings,
/// calls with ids.
struct OpenAIPromptWriter {
    private let bytes: UnsafeRawBufferPointer
    private var isFirst = true
    /// Pictures and files that tools have given back. A result is text here: they stand in a user's message behind the results.
    private var shown: [Block] = []

    private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Writes the array of messages.
    static func write(_ prompt: Prompt, into out: inout ByteBuffer) throws(RequestFault) {
        var writer = OpenAIPromptWriter(bytes: prompt.bytes)
        out.writeStaticString("[")
        try prompt.forEachMessage { message throws(RequestFault) in
            if message.role != .tool { try writer.show(into: &out) }
            try writer.write(message, into: &out)
        }
        try writer.show(into: &out)
        out.writeStaticString("]")
    }

    private mutating func show(into out: inout ByteBuffer) throws(RequestFault) {
        guard !shown.isEmpty else { return }
        separate(into: &out)
        out.writeStaticString("{\"role\":\"user\",\"content\":[")
        for (number, block) in shown.enumerated() {
            if number > 0 { out.writeStaticString(",") }
            try write(block, into: &out)
        }
        out.writeStaticString("]}")
        shown.removeAll(keepingCapacity: true)
    }

    private mutating func separate(into out: inout ByteBuffer) {
        if !isFirst { out.writeStaticString(",") }
        isFirst = false
    }

    private mutating func write(_ message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        separate(into: &out)
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

    /// Words alone are one string, which every server takes; several of them get line breaks between.
    private mutating func writeContent(
        of message: borrowing Message, into out: inout ByteBuffer
    ) throws(RequestFault) {
        var texts = 0
        var media = 0
        var calls = 0
        for block in message.blocks {
            switch block.kind {
            case .thinking, .redacted, .shown: continue
            case .call: calls += 1
            case .text, .refusal: texts += 1
            case .image, .file, .audio:
                if message.role == .tool { shown.append(block) } else { media += 1 }
            }
        }
        // Calls may go without, all else may not.
        if texts + media == 0, calls > 0 { return }
        guard media > 0 else { return writeText(of: message, into: &out) }
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

    private func writeText(of message: borrowing Message, into out: inout ByteBuffer) {
        var isFirst = true
        out.writeStaticString(",\"content\":\"")
        for block in message.blocks {
            switch block.kind {
            case .text(let text), .refusal(let text):
                if !isFirst { out.writeStaticString("\\n") }
                isFirst = false
                out.writeBytes(bytes[text.unquoted])
            default: continue
            }
        }
        out.writeStaticString("\"")
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
        case .file(let media) where media.data.count > 2 && (media.type.count > 2 || isURI(media.data)):
            out.writeStaticString("{\"type\":\"file\",\"file\":{\"filename\":")
            // It must have one.
            if media.name.count > 2 { out.writeBytes(bytes[media.name]) } else { out.writeStaticString("\"document\"") }
            out.writeStaticString(",\"file_data\":\"")
            if !isURI(media.data) {
                out.writeStaticString("data:")
                out.writeBytes(bytes[media.type.unquoted])
                out.writeStaticString(";base64,")
            }
            out.writeBytes(bytes[media.data.unquoted])
            out.writeStaticString("\"}}")
        case .audio(let media) where media.data.count > 2 && media.type.count > 2:
            out.writeStaticString("{\"type\":\"input_audio\",\"input_audio\":{\"data\":")
            out.writeBytes(bytes[media.data])
            out.writeStaticString(",\"format\":")
            out.writeBytes(bytes[media.type])
            out.writeStaticString("}}")
        default: throw block.place.fault(.kind, "must be text, a picture, a sound, or a file as base64")
        }
    }

    private func isURI(_ data: JSONSlice) -> Bool { bytes[data.unquoted].starts(with: "data:") }

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
