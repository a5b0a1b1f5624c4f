import NIOCore

extension AnthropicEvents {
    /// Ends a stream that goes no further, since its answer has met its limit of tokens.
    ///
    /// What is open is read from the events themselves: what the client has of them may be less than was written.
    static func endAtLimit(_ usage: Usage, into out: inout ByteBuffer) {
        switch lastEvent(in: out) {
        case .open(let number): stop(number, into: &out)
        case .ended:
            out.writeStaticString(messageStop)
            return
        case .closed: break
        }
        finish(AnswerEnd(reason: .length, usage: usage), hasCalls: false, into: &out)
    }

    private enum Last {
        /// In a block with this number.
        case open(Int)
        /// Between two blocks.
        case closed
        /// The reason of the end has been told.
        case ended
    }

    private static func lastEvent(in out: ByteBuffer) -> Last {
        out.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while let newline = rest.lastIndex(of: 0x0a) {
                let line = rest[(newline + 1)...]
                rest = rest[..<newline]
                guard line.starts(with: "data: ".utf8) else { continue }
                let event = JSONValue(UnsafeRawBufferPointer(rebasing: line.dropFirst(6)))
                guard let type = event["type"], !type.says("ping") else { continue }
                if type.says("message_delta") { return .ended }
                guard type.says("content_block_start") || type.says("content_block_delta") else { return .closed }
                return .open(event["index"].flatMap { JSONNumber.integer($0.raw) } ?? 0)
            }
            return .closed
        }
    }
}
