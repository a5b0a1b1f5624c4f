import NIOCore

/// Gathers vectors and writes them as the one JSON object of `/v1/embeddings`.
struct OpenAIEmbeddingsWhole: TextSink {
    private let model: ByteBuffer
    private let asBase64: Bool
    /// The vectors with commas between them. An optional, because every empty `ByteBuffer` counts references to one
    /// object that all threads share.
    private var data: ByteBuffer?

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(model: ByteBuffer, asBase64: Bool) {
        self.model = model
        self.asBase64 = asBase64
    }

    // Vectors come without a word.
    func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {}

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        var data = data.take() ?? ByteBuffer()
        var index = 0
        rows.forEachElement(of: JSONSlice(from: 0, to: rows.count)) { row in
            if index > 0 { data.writeInteger(0x2c as UInt8) }
            data.writeStaticString("{\"object\":\"embedding\",\"index\":")
            data.writeDecimal(index)
            data.writeStaticString(",\"embedding\":")
            if asBase64 {
                EmbeddingBase64.write(rows[row], into: &data)
            } else {
                data.writeBytes(rows[row])
            }
            data.writeInteger(0x7d as UInt8)
            index += 1
        }
        self.data = data
    }

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.writeStaticString("{\"object\":\"list\",\"data\":[")
        if let data { out.writeImmutableBuffer(data) }
        out.compose(atMost: model.readableBytes + ByteWriter.usageRoom + 60) { writer in
            writer.write("],\"model\":\"")
            model.withUnsafeReadableBytes { writer.write($0) }
            writer.write("\",")
            writer.writeUsage(end.usage, ofEmbeddings: true)
            writer.write("}")
        }
    }
}
