import NIOCore

/// Writes an answer as the lines of `/api/generate`: one JSON object each, with one prepared head.
struct OllamaResponseLines: TextSink {
    private let head: [UInt8]

    /// Room for all that stands around a piece behind the head.
    private static let frameRoom = 60

    init(_ head: OllamaHead) { self.head = head.bytes }

    @inline(__always)
    func content(_ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer) {
        guard let logprobs else { return line("", text, "\",\"done\":false}\n", into: &out) }
        line("", text, "\",\"done\":false,\"logprobs\":", into: &out)
        out.writeBytes(OllamaCalls.onOneLine(logprobs))
        out.writeStaticString("}\n")
    }

    func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        line("\",\"thinking\":\"", text, "\",\"done\":false}\n", into: &out)
    }

    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: head.count + Self.frameRoom + OllamaHead.endRoom) { writer in
            writer.write(head)
            writer.write("\",")
            writer.writeOllamaReason(end.reason)
            writer.writeOllamaMetrics(end)
            writer.write("}\n")
        }
    }

    /// The head and a piece, in one go.
    @inline(__always)
    private func line(
        _ start: StaticString, _ text: UnsafeRawBufferPointer, _ end: StaticString, into out: inout ByteBuffer
    ) {
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            writer.write(head)
            writer.write(start)
            writer.write(text)
            writer.write(end)
        }
    }
}
