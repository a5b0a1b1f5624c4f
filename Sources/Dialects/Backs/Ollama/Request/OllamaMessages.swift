import NIOCore

/// A conversation as Ollama's messages: one string as content, pictures beside it, arguments as objects.
struct OllamaMessages {
    private let bytes: UnsafeRawBufferPointer
    /// So that results can be given their function's name.
    private var calls = CallNames()

    private init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    /// Writes the array of messages.
    static func write(_ prompt: Prompt, into out: inout ByteBuffer) throws(RequestFault) {
        var messages = OllamaMessages(prompt.bytes)
        var isFirst = true
        out.writeInteger(0x5b as UInt8)
        try prompt.forEachMessage { message throws(RequestFault) in
            if !isFirst { out.writeInteger(0x2c as UInt8) }
            isFirst = false
            try messages.write(message, into: &out)
        }
        out.writeInteger(0x5d as UInt8)
    }

    private mutating func write(_ message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        switch message.role {
        case .system: out.writeStaticString("{\"role\":\"system\",\"content\":")
        case .user: out.writeStaticString("{\"role\":\"user\",\"content\":")
        case .assistant: out.writeStaticString("{\"role\":\"assistant\",\"content\":")
        case .tool: out.writeStaticString("{\"role\":\"tool\",\"content\":")
        }
        try writeContent(of: message, into: &out)
        if !message.thoughts.isAbsent {
            out.writeStaticString(",\"thinking\":")
            out.writeBytes(bytes[message.thoughts])
        }
        try writeCalls(of: message, into: &out)
        if message.role == .tool { writeResult(message, into: &out) }
        out.writeInteger(0x7d as UInt8)
    }

    private func writeContent(of message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        var images: [JSONSlice] = []
        var texts = 0
        out.writeInteger(0x22 as UInt8)
        for block in message.blocks {
            switch block.kind {
            case .text(let text), .refusal(let text):
                // Texts are joined by line breaks, so that no two words run together.
                if texts > 0 { out.writeStaticString("\\n") }
                texts += 1
                out.writeBytes(bytes[text.unquoted])
            case .image(let media): images.append(try base64(of: media, at: block.place))
            case .file, .audio:
                throw block.place.fault(
                    .kind,
                    "is \"\(block.place.word(for: block.kind))\", which Ollama does not take; send text or images")
            case .shown, .thinking, .redacted, .call: continue
            }
        }
        out.writeInteger(0x22 as UInt8)
        if images.isEmpty { return }
        out.writeStaticString(",\"images\":[")
        for (position, image) in images.enumerated() {
            if position > 0 { out.writeInteger(0x2c as UInt8) }
            out.writeInteger(0x22 as UInt8)
            out.writeBytes(bytes[image])
            out.writeInteger(0x22 as UInt8)
        }
        out.writeInteger(0x5d as UInt8)
    }

    /// The inside of the string that holds a picture's base64. Escapes may stand in it (`\/`): it stays inside of one.
    private func base64(of picture: Block.Media, at place: Place) throws(RequestFault) -> JSONSlice {
        if picture.picture != nil { return picture.data.unquoted }
        let url = picture.data
        let text = bytes[url.unquoted]
        guard text.starts(with: "data:") else {
            throw place.fault(
                .image,
                "must be a data URI such as data:image/png;base64,…: pictures are fetched only with `drover.fetch_images: true`"
            )
        }
        let p = text.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: UInt8.self)
        let comma = JSONScanner.firstOffset(of: 0x2c, p, 0, text.count)
        let declares = UnsafeRawBufferPointer(rebasing: text[max(0, min(comma, text.count) - 7)..<comma])
        guard comma < text.count - 1, declares.equals(";base64") else {
            throw place.fault(.image, "must hold base64: data:image/png;base64,…")
        }
        return JSONSlice(from: Int(url.start) + 1 + comma + 1, to: Int(url.start) + Int(url.count) - 1)
    }

    private mutating func writeCalls(of message: borrowing Message, into out: inout ByteBuffer) throws(RequestFault) {
        var isFirst = true
        for block in message.blocks {
            guard case .call(let call) = block.kind else { continue }
            out.writeStaticString(isFirst ? ",\"tool_calls\":[{" : ",{")
            isFirst = false
            if writeID(call.id, "\"id\":", into: &out) { out.writeInteger(0x2c as UInt8) }
            out.writeStaticString("\"function\":{\"name\":")
            out.writeBytes(bytes[call.name])
            calls.add(call)
            out.writeStaticString(",\"arguments\":")
            guard out.writeArguments(call.arguments, of: bytes) else {
                throw block.place.fault(.arguments, "must be a string that holds a JSON object")
            }
            out.writeStaticString("}}")
        }
        if !isFirst { out.writeInteger(0x5d as UInt8) }
    }

    /// Writes a call's id, where it has one, behind a name; whether it did.
    private func writeID(_ id: CallID, _ name: StaticString, into out: inout ByteBuffer) -> Bool {
        switch id {
        case .given(let id):
            out.writeStaticString(name)
            out.writeBytes(bytes[id])
        case .counted:
            out.writeStaticString(name)
            out.writeQuoted(id.made ?? "")
        // Its calls may go without one.
        case .ofMessage, .missing: return false
        }
        return true
    }

    private func writeResult(_ message: borrowing Message, into out: inout ByteBuffer) {
        _ = writeID(message.callID, ",\"tool_call_id\":", into: &out)
        var name: JSONSlice? = message.toolName
        if message.toolName.isAbsent { name = calls.name(of: message.callID, in: bytes) }
        guard let name else { return }
        out.writeStaticString(",\"tool_name\":")
        out.writeBytes(bytes[name])
    }
}
