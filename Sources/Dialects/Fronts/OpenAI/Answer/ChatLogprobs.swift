import NIOCore

/// Ollama's log probabilities in the form of OpenAI's chat.
enum ChatLogprobs {
    /// Writes the array at hand. Each element is copied; what OpenAI requires and Ollama may leave out is added.
    static func write(_ list: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.writeStaticString("{\"content\":[")
        writeElements(list, into: &out)
        out.writeStaticString("],\"refusal\":null}")
    }

    /// Writes the elements of the array at hand, with commas between them.
    ///
    /// - Parameter other: what stands for the bytes of a token that has none.
    static func writeElements(
        _ list: UnsafeRawBufferPointer, withoutBytes other: StaticString = "null", into out: inout ByteBuffer
    ) {
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
            if !hasBytes {
                out.writeStaticString(",\"bytes\":")
                out.writeStaticString(other)
            }
            if !hasTop { out.writeStaticString(",\"top_logprobs\":[]") }
            out.writeInteger(0x7d as UInt8)
        }
    }
}
