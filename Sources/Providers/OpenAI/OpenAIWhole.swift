import NIOCore

/// Gathers an answer and writes it as one JSON object of OpenAI's.
struct OpenAIWhole: AnswerSink, Sendable {
    private let endpoint: Endpoint
    private let responseID: UInt64
    private let created: Int
    private let model: ByteBuffer
    private let asBase64: Bool

    private var content = ByteBuffer()
    private var reasoning = ByteBuffer()
    private var toolCalls = ByteBuffer()
    private var toolCallCount = 0
    /// Log probabilities: one array so far without its closing bracket.
    private var logprobs = ByteBuffer()
    private var data = ByteBuffer()

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(endpoint: Endpoint, responseID: UInt64, created: Int, model: ByteBuffer, asBase64: Bool) {
        self.endpoint = endpoint
        self.responseID = responseID
        self.created = created
        self.model = model
        self.asBase64 = asBase64
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) { reasoning.writeBytes(text) }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.writeBytes(text)
        if let logprobs {
            self.logprobs.writeInteger(self.logprobs.readableBytes == 0 ? 0x5b : 0x2c as UInt8)
            self.logprobs.writeBytes(UnsafeRawBufferPointer(rebasing: logprobs.dropFirst().dropLast()))
        }
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        if toolCallCount > 0 { toolCalls.writeInteger(0x2c as UInt8) }
        toolCalls.writeInteger(0x7b as UInt8)
        toolCalls.writeToolCall(call, number: toolCallCount, responseID: responseID)
        toolCallCount += 1
    }

    mutating func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
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
    }

    mutating func finish(_ reason: FinishReason, usage: Usage, into out: inout ByteBuffer) {
        out.writeInteger(0x7b as UInt8)
        switch endpoint {
        case .chat:
            writeIdentity(into: &out)
            out.writeStaticString(",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":")
            if toolCallCount > 0, content.readableBytes == 0 {
                out.writeStaticString("null")
            } else {
                out.writeQuotedRaw(content)
            }
            if reasoning.readableBytes > 0 {
                out.writeStaticString(",\"reasoning_content\":")
                out.writeQuotedRaw(reasoning)
            }
            out.writeStaticString(",\"refusal\":null")
            if toolCallCount > 0 {
                out.writeStaticString(",\"tool_calls\":[")
                out.writeImmutableBuffer(toolCalls)
                out.writeStaticString("]")
            }
            out.writeStaticString("},\"logprobs\":")
            writeLogprobs(into: &out)
            writeEnd(reason, into: &out)
        case .completions:
            writeIdentity(into: &out)
            out.writeStaticString(",\"choices\":[{\"index\":0,\"text\":")
            out.writeQuotedRaw(content)
            out.writeStaticString(",\"logprobs\":")
            writeLogprobs(into: &out)
            writeEnd(reason, into: &out)
        case .embeddings:
            out.writeStaticString("\"object\":\"list\",\"data\":[")
            out.writeImmutableBuffer(data)
            out.writeStaticString("],\"model\":")
            out.writeQuotedRaw(model)
            out.writeStaticString(",")
        }
        out.writeUsage(usage, endpoint)
        out.writeInteger(0x7d as UInt8)
    }

    private func writeIdentity(into out: inout ByteBuffer) {
        model.withUnsafeReadableBytes {
            out.writeIdentity(endpoint, isChunk: false, responseID: responseID, created: created, model: $0)
        }
    }

    private func writeEnd(_ reason: FinishReason, into out: inout ByteBuffer) {
        out.writeStaticString(",\"finish_reason\":\"")
        out.writeStaticString(reason.openAI(afterCalls: toolCallCount > 0))
        out.writeStaticString("\"}],")
    }

    private mutating func writeLogprobs(into out: inout ByteBuffer) {
        guard logprobs.readableBytes > 0 else {
            out.writeStaticString("null")
            return
        }
        logprobs.writeInteger(0x5d as UInt8)
        logprobs.withUnsafeReadableBytes { list in
            if endpoint == .chat {
                ChatLogprobs.write(list, into: &out)
            } else {
                var offset = 0
                CompletionLogprobs.write(list, textOffset: &offset, into: &out)
            }
        }
    }
}
