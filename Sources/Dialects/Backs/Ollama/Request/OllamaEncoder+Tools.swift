/// Tools and the choice among them.
///
/// Ollama has no way to forbid or force a call. So `none` sends no tools; a named function sends that one tool alone,
/// which is the nearest there is; `required` is refused, since an answer without a call would break the promise,
/// unless parameters are dropped.
extension OllamaEncoder {
    func writeTools(to out: inout ByteWriter) throws(RequestFault) {
        let tools = fields[.tools]
        if bytes.isEmptyContainer(tools) { return }
        guard fields.has(.toolChoice) else { return writeAll(tools, to: &out) }
        let choice = bytes[fields[.toolChoice]]
        if choice.equals("\"none\"") { return }
        if choice.equals("\"auto\"") { return writeAll(tools, to: &out) }
        if choice.equals("\"required\"") {
            guard drops else { throw refusal(.toolChoice, "a call cannot be forced; use \"auto\" or name a function") }
            return writeAll(tools, to: &out)
        }
        let function = bytes.member("function", of: fields[.toolChoice])
        guard let function, let name = bytes.member("name", of: function) else {
            guard drops else { throw refusal(.toolChoice, "use \"auto\", \"none\" or a named function") }
            return writeAll(tools, to: &out)
        }
        var chosen: JSONSlice?
        bytes.forEachElement(of: tools) { tool in
            let other = bytes.member("function", of: tool).flatMap { bytes.member("name", of: $0) }
            if let other, bytes[other].equals(bytes[name]) { chosen = tool }
        }
        guard let chosen else {
            throw .at("tool_choice.function.name", "is not the name of any function in `tools`")
        }
        out.write(",\"tools\":[")
        write(chosen, to: &out)
        out.write(byte: 0x5d)
    }

    private func writeAll(_ tools: JSONSlice, to out: inout ByteWriter) {
        out.write(",\"tools\":")
        write(tools, to: &out)
    }
}
