import NIOCore

/// Writes an answer as the server-sent events of `/v1/completions`, which have a place for text alone.
struct OpenAICompletionChunks: TextSink {
    private let frame: OpenAIChunkFrame
    private var textOffset = 0

    init(_ identity: AnswerIdentity, includeUsage: Bool) {
        frame = OpenAIChunkFrame(.completion, identity, includeUsage: includeUsage)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        if let logprobs { return measured(text, logprobs, into: &out) }
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { writer in
            begin(text, &writer)
            writer.write("null")
            frame.close(&writer)
        }
    }

    private mutating func measured(
        _ text: UnsafeRawBufferPointer, _ logprobs: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { begin(text, &$0) }
        CompletionLogprobs.write(logprobs, textOffset: &textOffset, into: &out)
        out.compose(atMost: OpenAIChunkFrame.room) { frame.close(&$0) }
    }

    /// Up to the log probabilities.
    @inline(__always)
    private func begin(_ text: UnsafeRawBufferPointer, _ writer: inout ByteWriter) {
        writer.write(frame.head)
        writer.write("{\"index\":0,\"text\":\"")
        writer.write(text)
        writer.write("\",\"logprobs\":")
    }

    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: 2 * frame.head.count + OpenAIChunkFrame.endRoom) { writer in
            writer.write(frame.head)
            writer.write("{\"index\":0,\"text\":\"\",\"logprobs\":null")
            frame.end(end, afterCalls: false, &writer)
        }
    }
}
