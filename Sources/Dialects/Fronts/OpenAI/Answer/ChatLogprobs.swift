import NIOCore

/// Ollama's log probabilities in the form of OpenAI's chat.
enum ChatLogprobs {
    /// Writes the array at hand. Each element is copied; what OpenAI requires and Ollama may leave out is added.
    static func write(_ list: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.writeStaticString("{\"content\":[")
        var isFirst = true
        list.forEachElement(of: JSONSlice(from: 0, to: list.count)) { element in
            guard list[element][0] == 0x7b, list.member("token", of: element) != nil else { return }
            if !isFirst { out.writeInteger(0x2c as UInt8) }
            isFirst = false
            out.writeBytes(UnsafeRawBufferPointer(rebasing: list[element].dropLast()))
            var hasBytes = false
            var hasTop = false
            list.forEachMember(of: element) { name, _ in
                if list[name].equals("bytes") { hasBytes = true }
                if list[name].equals("top_logprobs") { hasTop = true }
            }
            if !hasBytes { out.writeStaticString(",\"bytes\":null") }
            if !hasTop { out.writeStaticString(",\"top_logprobs\":[]") }
            out.writeInteger(0x7d as UInt8)
        }
        out.writeStaticString("],\"refusal\":null}")
    }
}
