import NIOCore

/// Gathers vectors and writes them as the one JSON object of `/api/embed`.
struct OllamaEmbedWhole: TextSink {
    private let model: ByteBuffer
    /// An array of arrays.
    private var rows: [UInt8] = []

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(model: ByteBuffer) { self.model = model }

    // Vectors come without a word.
    func content(_ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer) {}

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) { self.rows = Array(rows) }

    func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: model.readableBytes + rows.count + OllamaHead.endRoom + 60) { writer in
            writer.write("{\"model\":\"")
            model.withUnsafeReadableBytes { writer.write($0) }
            writer.write("\",\"embeddings\":")
            if rows.isEmpty { writer.write("[]") } else { writer.write(rows) }
            writer.writeOllamaMetrics(end)
            writer.write("}")
        }
    }
}
