import NIOCore

/// Tools and the choice among them.
///
/// Ollama has no way to forbid or force a call. So `none` sends no tools; a named function sends that one tool alone; and where
/// one has to be called the answer is held to a schema (``ForcedCall``).
extension OllamaEncoder {
    func writeTools(to out: inout ByteWriter) throws(RequestFault) {
        let tools = fields[.tools]
        if bytes.isEmptyContainer(tools) { return }
        switch source.toolChoice {
        case .never: return
        // Whatever else may stand there is a hint, as it is for Ollama's own `/v1`.
        case nil, .auto, .required, .other: try writeAll(tools, to: &out)
        case .function(let name):
            var chosen: Tool?
            try source.forEachTool { if $0.name.raw.equals(name.raw) { chosen = $0 } }
            guard let chosen else { throw source.unknownChoice() }
            out.write(",\"tools\":[")
            write(chosen, to: &out)
            out.write(byte: 0x5d)
        }
    }

    private func writeAll(_ tools: JSONSlice, to out: inout ByteWriter) throws(RequestFault) {
        out.write(",\"tools\":")
        guard !source.words.toolsAreOpenAIs || source.allowedTools != nil else { return write(tools, to: &out) }
        var isFirst = true
        try source.forEachTool { tool in
            out.write(byte: isFirst ? 0x5b : 0x2c)
            isFirst = false
            write(tool, to: &out)
        }
        out.write(isFirst ? "[]" : "]")
    }

    private func write(_ tool: Tool, to out: inout ByteWriter) {
        guard !source.words.toolsAreOpenAIs else { return out.write(tool.whole.raw) }
        var function = ByteBuffer()
        tool.writeFunction(isOpenAIs: false, into: &function)
        function.withUnsafeReadableBytes { out.write($0) }
    }

    /// What the tools have more in Ollama's form than in the client's.
    var toolsRoom: Int {
        guard fields.has(.tools), !source.words.toolsAreOpenAIs else { return 0 }
        var room = 0
        bytes.forEachElement(of: fields[.tools]) { _ in room += 128 }
        return room
    }
}
