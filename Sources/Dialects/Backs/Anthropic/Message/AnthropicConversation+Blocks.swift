import NIOCore

/// The blocks of a turn, each in its form.
extension AnthropicConversation {
    /// Before a system's word in a user's turn.
    private static let note: StaticString = "System message, not the user's:\\n"

    /// Writes a block but for its closing brace.
    func write(_ block: AnthropicBlock, into out: inout ByteBuffer) throws(RequestFault) {
        switch block.kind {
        case .text(let text):
            out.writeStaticString("{\"type\":\"text\",\"text\":")
            writeText(text, isNote: block.isNote, into: &out)
        case .media(let media): media.write(of: bytes, into: &out)
        case .thinking(let slice, let words): writeThinking(AnthropicValue(slice, of: bytes), words, into: &out)
        case .call(let function):
            out.writeStaticString("{\"type\":\"tool_use\",\"id\":\"")
            writeID(block.id, into: &out)
            out.writeStaticString("\",\"name\":")
            if let name = bytes.member("name", of: function) { out.writeBytes(bytes[name]) }
            out.writeStaticString(",\"input\":")
            try writeArguments(bytes.member("arguments", of: function), of: block, into: &out)
        case .result(let content):
            out.writeStaticString("{\"type\":\"tool_result\",\"tool_use_id\":\"")
            writeID(block.id, into: &out)
            out.writeStaticString("\"")
            try writeResult(content, at: block.message, into: &out)
        case .silence: break
        }
    }

    /// Without what a client may have put beside it (an index): the API knows only these.
    private func writeThinking(_ block: AnthropicValue, _ words: JSONSlice, into out: inout ByteBuffer) {
        if block["type"]?.says("redacted_thinking") ?? false, let data = block["data"] {
            out.writeStaticString("{\"type\":\"redacted_thinking\",\"data\":")
            out.writeBytes(data.raw)
            return
        }
        out.writeStaticString("{\"type\":\"thinking\",\"thinking\":")
        if let text = block["thinking"], words.isAbsent || text.raw.count > 2 {
            out.writeBytes(text.raw)
        } else if !words.isAbsent {
            out.writeBytes(bytes[words])
        } else {
            out.writeStaticString("\"\"")
        }
        if let signature = block["signature"] {
            out.writeStaticString(",\"signature\":")
            out.writeBytes(signature.raw)
        }
    }

    func writeText(_ text: JSONSlice, isNote: Bool, into out: inout ByteBuffer) {
        out.writeStaticString("\"")
        if isNote { out.writeStaticString(Self.note) }
        out.writeBytes(bytes[text])
        out.writeStaticString("\"")
    }

    /// The API takes letters, digits, `_` and `-`. Other providers' calls have names such as `functions.get:0`, which a
    /// conversation may bring along; every byte but these becomes `_`, in the call and in its result alike.
    private func writeID(_ id: AnthropicBlock.Identifier, into out: inout ByteBuffer) {
        switch id {
        case .made(let number):
            out.writeStaticString("call_")
            out.writeDecimal(number)
        case .given(let slice):
            let raw = bytes[slice]
            if raw.isEmpty || !raw.allSatisfy(Self.isOfID) {
                let letters = raw.isEmpty ? [0x5f] : JSONString.decode(raw).utf8.map { Self.isOfID($0) ? $0 : 0x5f }
                out.writeBytes(letters)
            } else {
                out.writeBytes(raw)
            }
        }
    }

    private static func isOfID(_ byte: UInt8) -> Bool {
        byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == 0x5f || byte == 0x2d
    }

    /// A string that holds an object becomes the object; none, or a blank string, becomes an empty object.
    private func writeArguments(
        _ arguments: JSONSlice?, of block: AnthropicBlock, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard let arguments else {
            out.writeStaticString("{}")
            return
        }
        guard bytes[arguments][0] == 0x22 else {
            out.writeBytes(bytes[arguments])
            return
        }
        guard !AnthropicText.isBlank(bytes[arguments.unquoted]) else {
            out.writeStaticString("{}")
            return
        }
        let start = out.writerIndex
        JSONString.unescape(bytes[arguments.unquoted]) { out.writeBytes($0) }
        let isObject = out.withUnsafeReadableBytes { written in
            let text = UnsafeRawBufferPointer(rebasing: written[(start - out.readerIndex)...])
            return JSONScanner.isValid(text) && text.first { $0 > 0x20 } == 0x7b
        }
        guard isObject else {
            let isOld = if case .made = block.id, block.message == latestFunctionCall { true } else { false }
            let call = isOld ? "function_call" : "tool_calls[\(block.part)].function"
            throw .at(
                "messages[\(block.message)].\(call).arguments", "must be a string that holds a JSON object")
        }
    }

    private func writeResult(
        _ content: JSONSlice, at index: Int, into out: inout ByteBuffer
    ) throws(RequestFault) {
        guard !content.isAbsent else { return }
        if bytes[content][0] == 0x22 {
            out.writeStaticString(",\"content\":")
            out.writeBytes(bytes[content])
            return
        }
        var number = 0
        var isFirst = true
        try bytes.forEachElement(of: content) { part throws(RequestFault) in
            let (kind, cache) = try Self.block(part, of: bytes, as: .user) { "messages[\(index)].content[\(number)]" }
            number += 1
            if case .text(let text) = kind, AnthropicText.isBlank(bytes[text]) { return }
            out.writeStaticString(isFirst ? ",\"content\":[" : ",")
            isFirst = false
            try write(AnthropicBlock(role: .user, kind: kind, message: index), into: &out)
            if !cache.isAbsent {
                out.writeStaticString(",\"cache_control\":")
                out.writeBytes(bytes[cache])
            }
            out.writeStaticString("}")
        }
        if !isFirst { out.writeStaticString("]") }
    }
}
