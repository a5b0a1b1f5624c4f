import NIOCore

/// Gathers an answer and writes it as one JSON object of OpenAI's.
struct OpenAIWhole: AnswerSink {
    private let work: Work
    private let responseID: UInt64
    private let created: Int
    private let model: ByteBuffer
    private let asBase64: Bool

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
    /// Log probabilities: one array so far without its closing bracket.
    private var logprobs: ByteBuffer?
    private var data: ByteBuffer?

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(work: Work, responseID: UInt64, created: Int, model: ByteBuffer, asBase64: Bool) {
        self.work = work
        self.responseID = responseID
        self.created = created
        self.model = model
        self.asBase64 = asBase64
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        reasoning.append(contentsOf: text)
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.append(contentsOf: text)
        if let logprobs {
            let isFirst = self.logprobs == nil
            var list = self.logprobs.take() ?? ByteBuffer()
            list.writeInteger(isFirst ? 0x5b : 0x2c as UInt8)
            list.writeBytes(UnsafeRawBufferPointer(rebasing: logprobs.dropFirst().dropLast()))
            self.logprobs = list
        }
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        var calls = toolCalls.take() ?? ByteBuffer()
        if toolCallCount > 0 { calls.writeInteger(0x2c as UInt8) }
        calls.writeInteger(0x7b as UInt8)
        calls.writeToolCall(call, number: toolCallCount, responseID: responseID)
        toolCalls = calls
        toolCallCount += 1
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        var calls = toolCalls.take() ?? ByteBuffer()
        calls.writeStaticString(toolCallCount > 0 ? ",{" : "{")
        calls.writeToolCallStart(id: id, name: name, number: toolCallCount, responseID: responseID)
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
        if work == .embedding { return finishEmbeddings(end.usage, into: &out) }
        let room =
            ByteWriter.identityRoom + model.readableBytes + content.count + reasoning.count + thinkingBlocks.count + 300
        out.compose(atMost: room) { writer in
            writer.write("{")
            model.withUnsafeReadableBytes {
                writer.writeIdentity(work, isChunk: false, responseID: responseID, created: created, model: $0)
            }
            if work == .completion {
                writer.write(",\"choices\":[{\"index\":0,\"text\":")
                writer.writeQuoted(content)
                return
            }
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
        if work == .chat {
            writeExtensions(into: &out)
            out.writeInteger(0x7d as UInt8)
        }
        writeLogprobs(into: &out)
        out.compose(atMost: ByteWriter.usageRoom + 60) { writer in
            writer.write(",\"finish_reason\":\"")
            writer.write(end.reason.openAI(afterCalls: toolCallCount > 0))
            writer.write("\"}],")
            writer.writeUsage(end.usage, work)
            writer.write("}")
        }
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

    private func finishEmbeddings(_ usage: Usage, into out: inout ByteBuffer) {
        out.writeStaticString("{\"object\":\"list\",\"data\":[")
        if let data { out.writeImmutableBuffer(data) }
        out.compose(atMost: model.readableBytes + ByteWriter.usageRoom + 60) { writer in
            writer.write("],\"model\":\"")
            model.withUnsafeReadableBytes { writer.write($0) }
            writer.write("\",")
            writer.writeUsage(usage, work)
            writer.write("}")
        }
    }

    private mutating func writeLogprobs(into out: inout ByteBuffer) {
        guard var list = logprobs.take() else {
            out.writeStaticString(",\"logprobs\":null")
            return
        }
        out.writeStaticString(",\"logprobs\":")
        list.writeInteger(0x5d as UInt8)
        list.withUnsafeReadableBytes { list in
            if work == .chat {
                ChatLogprobs.write(list, into: &out)
            } else {
                var offset = 0
                CompletionLogprobs.write(list, textOffset: &offset, into: &out)
            }
        }
    }
}
