import NIOCore

/// Gathers an answer and writes it as the one JSON object of `/v1/completions`.
struct OpenAICompletionWhole: TextSink {
    private let identity: AnswerIdentity
    private var content: [UInt8] = []
    private var logprobs = GatheredLogprobs()

    init(_ identity: AnswerIdentity) { self.identity = identity }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.append(contentsOf: text)
        self.logprobs.add(logprobs)
    }

    // No completion answers with vectors.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: identity.room + content.count + 60) { writer in
            writer.write("{")
            writer.writeIdentity(.completion, identity, isChunk: false)
            writer.write(",\"choices\":[{\"index\":0,\"text\":")
            writer.writeQuoted(content)
            writer.write(",\"logprobs\":")
        }
        if let list = logprobs.take() {
            var offset = 0
            list.withUnsafeReadableBytes { CompletionLogprobs.write($0, textOffset: &offset, into: &out) }
        } else {
            out.writeStaticString("null")
        }
        out.writeEnd(end, afterCalls: false)
    }
}
