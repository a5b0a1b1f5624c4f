import NIOCore

/// Gathers an answer and writes it as the one JSON object of a chat.
struct OpenAIChatWhole: AnswerSink {
    private let identity: AnswerIdentity

    // Arrays and optionals, because every empty `ByteBuffer` counts references to one object that all threads share.
    private var content: [UInt8] = []
    private var reasoning: [UInt8] = []
    private var toolCalls: ByteBuffer?
    private var toolCallCount = 0
    /// The tool call that is open has got arguments.
    private var hasArguments = false
    /// The sealed blocks of thinking, with commas.
    private var thinkingBlocks: [UInt8] = []
    /// Bytes of the reasoning that are in one of them.
    private var sealed = 0
    /// Seals on the text: JSON strings with commas between them.
    private var textSignatures: [UInt8] = []
    /// Pictures with commas between them.
    private var images: ByteBuffer?
    private var imageCount = 0
    private var logprobs = GatheredLogprobs()

    init(_ identity: AnswerIdentity) { self.identity = identity }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        reasoning.append(contentsOf: text)
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.append(contentsOf: text)
        self.logprobs.add(logprobs)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        var calls = toolCalls.take() ?? ByteBuffer()
        if toolCallCount > 0 { calls.writeInteger(0x2c as UInt8) }
        calls.writeInteger(0x7b as UInt8)
        calls.writeToolCall(call, number: toolCallCount, responseID: identity.responseID)
        toolCalls = calls
        toolCallCount += 1
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        var calls = toolCalls.take() ?? ByteBuffer()
        calls.writeStaticString(toolCallCount > 0 ? ",{" : "{")
        calls.writeToolCallStart(id: id, name: name, number: toolCallCount, responseID: identity.responseID)
        toolCalls = calls
        hasArguments = false
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        hasArguments = hasArguments || !text.isEmpty
        toolCalls?.writeBytes(text)
    }

    mutating func endToolCall(into out: inout ByteBuffer) {
        toolCalls?.writeStaticString(hasArguments ? "\"}}" : "{}\"}}")
        toolCallCount += 1
    }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        beginThinkingBlock()
        thinkingBlocks += Array("{\"type\":\"thinking\",\"thinking\":\"".utf8) + reasoning[sealed...]
        thinkingBlocks += Array("\",\"signature\":\"".utf8) + text + Array("\"}".utf8)
        sealed = reasoning.count
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        beginThinkingBlock()
        thinkingBlocks += Array("{\"type\":\"redacted_thinking\",\"data\":\"".utf8) + data + Array("\"}".utf8)
    }

    private mutating func beginThinkingBlock() {
        if !thinkingBlocks.isEmpty { thinkingBlocks.append(0x2c) }
    }

    mutating func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        if !textSignatures.isEmpty { textSignatures.append(0x2c) }
        textSignatures.append(0x22)
        textSignatures.append(contentsOf: text)
        textSignatures.append(0x22)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        var images = images.take() ?? ByteBuffer()
        if imageCount > 0 { images.writeInteger(0x2c as UInt8) }
        images.writeImage(type, base64, number: imageCount)
        self.images = images
        imageCount += 1
    }

    // No chat answers with vectors.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let room =
            identity.room + content.count + reasoning.count + thinkingBlocks.count + 300
        out.compose(atMost: room) { writer in
            writer.write("{")
            writer.writeIdentity(.chat, identity, isChunk: false)
            writer.write(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":")
            if toolCallCount > 0, content.isEmpty {
                writer.write("null")
            } else {
                writer.writeQuoted(content)
            }
            if !reasoning.isEmpty {
                writer.write(",\"reasoning_content\":")
                writer.writeQuoted(reasoning)
            }
            if !thinkingBlocks.isEmpty {
                writer.write(",\"thinking_blocks\":[")
                writer.write(thinkingBlocks)
                writer.write("]")
            }
            writer.write(",\"refusal\":null")
        }
        if let toolCalls {
            out.writeStaticString(",\"tool_calls\":[")
            out.writeImmutableBuffer(toolCalls)
            out.writeStaticString("]")
        }
        writeExtensions(into: &out)
        if let list = logprobs.take() {
            out.writeStaticString("},\"logprobs\":")
            list.withUnsafeReadableBytes { ChatLogprobs.write($0, into: &out) }
        } else {
            out.writeStaticString("},\"logprobs\":null")
        }
        out.writeEnd(end, afterCalls: toolCallCount > 0)
    }

    /// What OpenAI's message has no place for, in LiteLLM's.
    private func writeExtensions(into out: inout ByteBuffer) {
        if let images {
            out.writeStaticString(",\"images\":[")
            out.writeImmutableBuffer(images)
            out.writeStaticString("]")
        }
        if !textSignatures.isEmpty {
            out.writeStaticString(",\"provider_specific_fields\":{\"thought_signatures\":[")
            out.writeBytes(textSignatures)
            out.writeStaticString("]}")
        }
    }
}
