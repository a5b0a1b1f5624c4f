import NIOCore

/// Ollama's log probabilities in the form of OpenAI's text completions: four lists side by side.
enum CompletionLogprobs {
    /// Writes the array at hand.
    ///
    /// - Parameter textOffset: characters of the text before it; moved on.
    static func write(_ list: UnsafeRawBufferPointer, textOffset: inout Int, into out: inout ByteBuffer) {
        var tokens: [(token: JSONSlice, logprob: JSONSlice, top: JSONSlice?)] = []
        list.forEachElement(of: JSONSlice(from: 0, to: list.count)) { element in
            guard let token = list.member("token", of: element), list[token][0] == 0x22,
                let logprob = list.member("logprob", of: element)
            else { return }
            tokens.append((token, logprob, list.member("top_logprobs", of: element)))
        }
        out.writeStaticString("{\"tokens\":[")
        separate(tokens, into: &out) { $1.writeBytes(list[$0.token]) }
        out.writeStaticString("],\"token_logprobs\":[")
        separate(tokens, into: &out) { $1.writeBytes(list[$0.logprob]) }
        out.writeStaticString("],\"top_logprobs\":")
        if tokens.contains(where: { $0.top != nil }) {
            out.writeStaticString("[")
            separate(tokens, into: &out) { writeTop($0.top, of: list, into: &$1) }
            out.writeStaticString("]")
        } else {
            out.writeStaticString("null")
        }
        out.writeStaticString(",\"text_offset\":[")
        separate(tokens, into: &out) {
            $1.writeDecimal(textOffset)
            textOffset += characters(list[$0.token.unquoted])
        }
        out.writeStaticString("]}")
    }

    private static func separate<Item>(
        _ items: [Item], into out: inout ByteBuffer, _ write: (Item, inout ByteBuffer) -> Void
    ) {
        for (position, item) in items.enumerated() {
            if position > 0 { out.writeInteger(0x2c as UInt8) }
            write(item, &out)
        }
    }

    /// `{"token":logprob,…}`
    private static func writeTop(_ top: JSONSlice?, of list: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard let top, list[top][0] == 0x5b else {
            out.writeStaticString("null")
            return
        }
        out.writeStaticString("{")
        var isFirst = true
        list.forEachElement(of: top) { element in
            guard let token = list.member("token", of: element), list[token][0] == 0x22,
                let logprob = list.member("logprob", of: element)
            else { return }
            if !isFirst { out.writeStaticString(",") }
            isFirst = false
            out.writeBytes(list[token])
            out.writeStaticString(":")
            out.writeBytes(list[logprob])
        }
        out.writeStaticString("}")
    }

    /// Unicode scalars in the inside of a JSON string.
    static func characters(_ raw: UnsafeRawBufferPointer) -> Int {
        var count = 0
        JSONString.unescape(raw) { piece in
            for byte in piece where byte & 0xc0 != 0x80 { count += 1 }
        }
        return count
    }
}
