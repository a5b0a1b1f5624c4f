/// Tools and the choice among them.
///
/// Ollama has no way to forbid or force a call. So `none` sends no tools; a named function sends that one tool alone,
/// which is the nearest there is; `required` is refused, since an answer without a call would break the promise,
/// unless parameters are dropped.
extension OllamaEncoder {
    func writeTools(to out: inout ByteWriter) throws(RequestFault) {
        let tools = fields[.tools]
        if bytes.isEmptyContainer(tools) { return }
        switch source.toolChoice {
        case .never: return
        case nil, .auto: writeAll(tools, to: &out)
        case .required:
            guard drops else { throw refusal(.toolChoice, "a call cannot be forced; use \"auto\" or name a function") }
            writeAll(tools, to: &out)
        case .other:
            guard drops else { throw refusal(.toolChoice, "use \"auto\", \"none\" or a named function") }
            writeAll(tools, to: &out)
        case .function(let name):
            var chosen: JSONValue?
            try source.forEachTool { if $0.name.raw.equals(name.raw) { chosen = $0.whole } }
            guard let chosen else { throw source.unknownChoice() }
            out.write(",\"tools\":[")
            out.write(chosen.raw)
            out.write(byte: 0x5d)
        }
    }

    private func writeAll(_ tools: JSONSlice, to out: inout ByteWriter) {
        out.write(",\"tools\":")
        write(tools, to: &out)
    }
}
