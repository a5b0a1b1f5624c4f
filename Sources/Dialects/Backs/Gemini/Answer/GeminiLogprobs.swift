import NIOCore

/// Gemini's log probabilities, two lists side by side, as the one list that OpenAI's chats have.
enum GeminiLogprobs {
    /// The array of OpenAI's elements for a `logprobsResult`; nil when it has none.
    static func list(_ bytes: UnsafeRawBufferPointer, _ result: JSONSlice) -> ByteBuffer? {
        guard let chosen = bytes.member("chosenCandidates", of: result), bytes[chosen][0] == 0x5b else { return nil }
        var alternatives: [JSONSlice?] = []
        if let top = bytes.member("topCandidates", of: result), bytes[top][0] == 0x5b {
            bytes.forEachElement(of: top) { alternatives.append(bytes.member("candidates", of: $0)) }
        }
        var list = ByteBuffer()
        var place = 0
        bytes.forEachElement(of: chosen) { candidate in
            let others = place < alternatives.count ? alternatives[place] : nil
            place += 1
            let start = list.writerIndex
            list.writeStaticString(start == 0 ? "[" : ",")
            guard write(candidate, of: bytes, into: &list) else { return list.moveWriterIndex(to: start) }
            list.writeStaticString(",\"top_logprobs\":[")
            if let others, bytes[others][0] == 0x5b {
                let first = list.writerIndex
                bytes.forEachElement(of: others) { other in
                    let start = list.writerIndex
                    if start > first { list.writeStaticString(",") }
                    guard write(other, of: bytes, into: &list) else { return list.moveWriterIndex(to: start) }
                    list.writeStaticString("}")
                }
            }
            list.writeStaticString("]}")
        }
        guard list.readableBytes > 0 else { return nil }
        list.writeStaticString("]")
        return list
    }

    /// One token up to its closing brace; false where it is none.
    private static func write(
        _ candidate: JSONSlice, of bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) -> Bool {
        guard let token = bytes.member("token", of: candidate), bytes[token][0] == 0x22 else { return false }
        out.writeStaticString("{\"token\":")
        out.writeBytes(bytes[token])
        out.writeStaticString(",\"logprob\":")
        // A zero is left out, as everywhere in Google's JSON.
        if let value = bytes.member("logProbability", of: candidate), JSONNumber.double(bytes[value]) != nil {
            out.writeBytes(bytes[value])
        } else {
            out.writeStaticString("0")
        }
        out.writeStaticString(",\"bytes\":null")
        return true
    }
}
