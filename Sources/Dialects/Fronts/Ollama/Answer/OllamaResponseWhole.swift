import NIOCore

/// Gathers an answer and writes it as the one JSON object of an unstreamed `/api/generate`.
struct OllamaResponseWhole: TextSink {
    private let head: [UInt8]
    private var content: [UInt8] = []
    private var thinking: [UInt8] = []
    /// With commas between its elements.
    private var logprobs: [UInt8] = []

    init(_ head: OllamaHead) { self.head = head.bytes }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.append(contentsOf: text)
        guard let logprobs else { return }
        if !self.logprobs.isEmpty { self.logprobs.append(0x2c) }
        self.logprobs.append(contentsOf: logprobs.dropFirst().dropLast())
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinking.append(contentsOf: text)
    }

    // No request for vectors comes by this front.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let pieces = content.count + thinking.count + logprobs.count
        out.compose(atMost: head.count + pieces + OllamaHead.endRoom + 60) { writer in
            writer.write(head)
            writer.write(content)
            writer.write("\",")
            if !thinking.isEmpty {
                writer.write("\"thinking\":")
                writer.writeQuoted(thinking)
                writer.write(",")
            }
            writer.writeOllamaReason(end.reason)
            writer.writeOllamaMetrics(end)
            if !logprobs.isEmpty {
                writer.write(",\"logprobs\":[")
                writer.write(logprobs)
                writer.write("]")
            }
            writer.write("}")
        }
    }
}
