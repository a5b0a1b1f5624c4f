import NIOCore

/// Writes an answer as OpenAI's server-sent events: one prepared frame around each raw piece.
struct OpenAIChunks: AnswerSink, Sendable {
    private let endpoint: Endpoint
    private let includeUsage: Bool
    private let responseID: UInt64
    /// `data: {"id":…,"model":…,"choices":[`
    private let head: ByteBuffer
    private var sentRole = false
    private var toolCalls = 0
    private var textOffset = 0

    /// - Parameter model: the inside of the JSON string of the client's own name for the model.
    init(
        endpoint: Endpoint, includeUsage: Bool, responseID: UInt64, created: Int, model: UnsafeRawBufferPointer
    ) {
        self.endpoint = endpoint
        self.includeUsage = includeUsage
        self.responseID = responseID
        var buffer = ByteBuffer()
        buffer.reserveCapacity(160 + model.count)
        buffer.writeStaticString("data: {")
        buffer.writeIdentity(endpoint, isChunk: true, responseID: responseID, created: created, model: model)
        buffer.writeStaticString(",\"choices\":[")
        head = buffer
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        // Text completions have no place for it.
        guard endpoint == .chat else { return }
        begin(into: &out)
        out.writeStaticString("\"reasoning_content\":\"")
        out.writeBytes(text)
        out.writeStaticString("\"}")
        close(into: &out)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard endpoint == .chat else { return completion(text, logprobs: logprobs, into: &out) }
        begin(into: &out)
        out.writeStaticString("\"content\":\"")
        out.writeBytes(text)
        out.writeStaticString("\"}")
        if let logprobs {
            out.writeStaticString(",\"logprobs\":")
            ChatLogprobs.write(logprobs, into: &out)
        }
        close(into: &out)
    }

    private mutating func completion(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        writeHead(into: &out)
        out.writeStaticString("{\"index\":0,\"text\":\"")
        out.writeBytes(text)
        out.writeStaticString("\",\"logprobs\":")
        if let logprobs {
            CompletionLogprobs.write(logprobs, textOffset: &textOffset, into: &out)
        } else {
            out.writeStaticString("null")
        }
        close(into: &out)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        guard endpoint == .chat else { return }
        begin(into: &out)
        out.writeStaticString("\"tool_calls\":[{\"index\":")
        out.writeDecimal(toolCalls)
        out.writeStaticString(",")
        out.writeToolCall(call, number: toolCalls, responseID: responseID)
        out.writeStaticString("]}")
        close(into: &out)
        toolCalls += 1
    }

    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ reason: FinishReason, usage: Usage, into out: inout ByteBuffer) {
        writeHead(into: &out)
        if endpoint == .chat {
            // An answer without a word still says whose it is.
            out.writeStaticString(
                sentRole
                    ? "{\"index\":0,\"delta\":{}"
                    : "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"}")
        } else {
            out.writeStaticString("{\"index\":0,\"text\":\"\",\"logprobs\":null")
        }
        out.writeStaticString(",\"finish_reason\":\"")
        out.writeStaticString(reason.openAI(afterCalls: toolCalls > 0))
        out.writeStaticString(includeUsage ? "\"}],\"usage\":null}\n\n" : "\"}]}\n\n")
        if includeUsage {
            writeHead(into: &out)
            out.writeStaticString("],")
            out.writeUsage(usage, endpoint)
            out.writeStaticString("}\n\n")
        }
        out.writeStaticString("data: [DONE]\n\n")
    }

    @inline(__always)
    private func writeHead(into out: inout ByteBuffer) {
        head.withUnsafeReadableBytes { _ = out.writeBytes($0) }
    }

    /// Up to the inside of `delta`, with the role the first time.
    @inline(__always)
    private mutating func begin(into out: inout ByteBuffer) {
        writeHead(into: &out)
        if sentRole {
            out.writeStaticString("{\"index\":0,\"delta\":{")
        } else {
            sentRole = true
            out.writeStaticString("{\"index\":0,\"delta\":{\"role\":\"assistant\",")
        }
    }

    @inline(__always)
    private func close(into out: inout ByteBuffer) {
        if includeUsage {
            out.writeStaticString(",\"finish_reason\":null}],\"usage\":null}\n\n")
        } else {
            out.writeStaticString(",\"finish_reason\":null}]}\n\n")
        }
    }
}
