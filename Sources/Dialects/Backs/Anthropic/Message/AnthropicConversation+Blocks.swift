import NIOCore

/// The blocks of a turn, each in its form.
extension AnthropicConversation {
    /// Before a system's word in a user's turn.
    private static let note: StaticString = "System message, not the user's:\\n"

    /// Writes a block without its closing brace.
    func write(_ block: AnthropicBlock, into out: inout ByteBuffer) throws(RequestFault) {
        switch block.kind {
        case .text(let text):
            out.writeStaticString("{\"type\":\"text\",\"text\":")
            writeText(text, isNote: block.isNote, into: &out)
        case .media(let media): media.write(of: bytes, into: &out)
        case .thinking(let words, let seal):
            out.writeStaticString("{\"type\":\"thinking\",\"thinking\":")
            if words.isAbsent { out.writeStaticString("\"\"") } else { out.writeBytes(bytes[words]) }
            out.writeStaticString(",\"signature\":")
            out.writeBytes(bytes[seal])
        case .redacted(let data):
            out.writeStaticString("{\"type\":\"redacted_thinking\",\"data\":")
            out.writeBytes(bytes[data])
        case .call(let call):
            out.writeStaticString("{\"type\":\"tool_use\",\"id\":\"")
            writeID(call.id, into: &out)
            out.writeStaticString("\",\"name\":")
            out.writeBytes(bytes[call.name])
            out.writeStaticString(",\"input\":")
            guard out.writeArguments(call.arguments, of: bytes) else {
                throw block.place.fault(.arguments, "must be a string that holds a JSON object")
            }
        case .result(let result):
            out.writeStaticString("{\"type\":\"tool_result\",\"tool_use_id\":\"")
            writeID(result.id, into: &out)
            out.writeStaticString("\"")
            try writeContent(of: result, into: &out)
        case .silence: break
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
    private func writeID(_ id: CallID, into out: inout ByteBuffer) {
        switch id {
        case .counted, .ofMessage, .missing: out.writeString(id.made ?? "")
        case .given(let slice):
            let raw = bytes[slice.unquoted]
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

    /// A string as it stands, and of a list what is not blank.
    private func writeContent(of result: AnthropicResult, into out: inout ByteBuffer) throws(RequestFault) {
        switch result.content {
        case .string(let text):
            out.writeStaticString(",\"content\":")
            if text.isAbsent { out.writeStaticString("\"\"") } else { out.writeBytes(bytes[text]) }
        case .blocks(let range):
            guard !range.isEmpty else { return }
            out.writeStaticString(",\"content\":")
            try writeList(results[range], into: &out)
        }
    }
}
