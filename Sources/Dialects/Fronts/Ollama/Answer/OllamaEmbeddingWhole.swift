import NIOCore

/// Writes the first vector as the one JSON object of `/api/embeddings`, which has a place for nothing else.
struct OllamaEmbeddingWhole: TextSink {
    private var row: [UInt8] = []

    // Vectors come without a word.
    func content(_ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer) {}

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        rows.forEachElement(of: JSONSlice(from: 0, to: rows.count)) { if row.isEmpty { row = Array(rows[$0]) } }
    }

    func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.writeStaticString("{\"embedding\":")
        if row.isEmpty { out.writeStaticString("[]") } else { out.writeBytes(row) }
        out.writeStaticString("}")
    }
}
