import NIOCore

/// Writes an answer as the server-sent events of a chat: one prepared frame around each raw piece.
struct OpenAIChatChunks: AnswerSink {
    private let frame: OpenAIChunkFrame
    /// The frame's head, and on to the inside of `content`: most chunks are this, a piece of text, and one of two ends.
    private let contentHead: [UInt8]
    private let responseID: UInt64
    private var sentRole = false
    private var toolCalls = 0
    private var thinkingBlocks = 0
    /// The tool call that is open has got arguments.
    private var hasArguments = false
    private var images = 0

    init(_ identity: AnswerIdentity, includeUsage: Bool) {
        frame = OpenAIChunkFrame(.chat, identity, includeUsage: includeUsage)
        contentHead = frame.head + Array("{\"index\":0,\"delta\":{\"content\":\"".utf8)
        responseID = identity.responseID
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        delta("\"reasoning_content\":\"", text, into: &out)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        if let logprobs { return measured(text, logprobs, into: &out) }
        out.compose(atMost: contentHead.count + text.count + OpenAIChunkFrame.room) { token(text, to: &$0) }
    }

    var tokenRoom: Int? { contentHead.count + OpenAIChunkFrame.room }

    @inline(__always)
    mutating func token(_ text: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        if sentRole {
            writer.write(contentHead)
        } else {
            begin(&writer)
            writer.write("\"content\":\"")
        }
        writer.write(text)
        writer.write("\"}")
        frame.close(&writer)
    }

    /// A chunk with one string in its delta, in one go.
    @inline(__always)
    private mutating func delta(
        _ name: StaticString, _ text: UnsafeRawBufferPointer, end: StaticString = "\"}", into out: inout ByteBuffer
    ) {
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write(name)
            writer.write(text)
            writer.write(end)
            frame.close(&writer)
        }
    }

    private mutating func measured(
        _ text: UnsafeRawBufferPointer, _ logprobs: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write("\"content\":\"")
            writer.write(text)
            writer.write("\"},\"logprobs\":")
        }
        ChatLogprobs.write(logprobs, into: &out)
        close(into: &out)
    }

    private mutating func openToolCall(into out: inout ByteBuffer) {
        out.compose(atMost: frame.head.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write("\"tool_calls\":[{\"index\":")
            writer.write(decimal: toolCalls)
            writer.write(",")
        }
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        openToolCall(into: &out)
        out.writeToolCall(call, number: toolCalls, responseID: responseID)
        out.writeStaticString("]}")
        close(into: &out)
        toolCalls += 1
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        openToolCall(into: &out)
        out.writeToolCallStart(id: id, name: name, number: toolCalls, responseID: responseID)
        out.writeStaticString("\"}}]}")
        close(into: &out)
        toolCalls += 1
        hasArguments = false
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        hasArguments = true
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write("\"tool_calls\":[{\"index\":")
            writer.write(decimal: toolCalls - 1)
            writer.write(",\"function\":{\"arguments\":\"")
            writer.write(text)
            writer.write("\"}}]}")
            frame.close(&writer)
        }
    }

    mutating func endToolCall(into out: inout ByteBuffer) {
        guard !hasArguments else { return }
        let none: StaticString = "{}"
        toolCallArguments(
            UnsafeRawBufferPointer(start: none.utf8Start, count: none.utf8CodeUnitCount), into: &out)
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinkingBlock("\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"", text, into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinkingBlock("\"type\":\"redacted_thinking\",\"data\":\"", data, into: &out)
    }

    /// With an index, as the parts of every list in a stream have one: clients put them together by it.
    private mutating func thinkingBlock(
        _ start: StaticString, _ text: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        out.compose(atMost: frame.head.count + text.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write("\"thinking_blocks\":[{\"index\":")
            writer.write(decimal: thinkingBlocks)
            writer.write(",")
            writer.write(start)
            writer.write(text)
            writer.write("\"}]}")
            frame.close(&writer)
        }
        thinkingBlocks += 1
    }

    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        delta("\"provider_specific_fields\":{\"thought_signatures\":[\"", text, end: "\"]}}", into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        out.compose(atMost: frame.head.count + OpenAIChunkFrame.room) { writer in
            begin(&writer)
            writer.write("\"images\":[")
        }
        out.writeImage(type, base64, number: images)
        out.writeStaticString("]}")
        close(into: &out)
        images += 1
    }

    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: 2 * frame.head.count + OpenAIChunkFrame.endRoom) { writer in
            writer.write(frame.head)
            // An answer without a word still says whose it is.
            writer.write(
                sentRole
                    ? "{\"index\":0,\"delta\":{}"
                    : "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}")
            frame.end(end, afterCalls: toolCalls > 0, &writer)
        }
    }

    /// Up to the inside of `delta`, with the role the first time.
    @inline(__always)
    private mutating func begin(_ writer: inout ByteWriter) {
        writer.write(frame.head)
        if sentRole {
            writer.write("{\"index\":0,\"delta\":{")
        } else {
            sentRole = true
            writer.write("{\"index\":0,\"delta\":{\"role\":\"assistant\",")
        }
    }

    private func close(into out: inout ByteBuffer) {
        out.compose(atMost: OpenAIChunkFrame.room) { frame.close(&$0) }
    }
}
