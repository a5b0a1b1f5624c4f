import NIOCore

/// Gathers an answer and writes it as the one JSON object of an unstreamed `/api/chat`.
struct OllamaWhole: AnswerSink {
    private let head: [UInt8]
    private var content: [UInt8] = []
    private var thinking: [UInt8] = []
    /// Each of these with commas between its elements.
    private var images: [UInt8] = []
    private var toolCalls: [UInt8] = []
    private var logprobs: [UInt8] = []
    private var calls: OllamaCalls

    init(_ head: OllamaHead) {
        self.head = head.bytes
        calls = OllamaCalls(responseID: head.responseID)
    }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        content.append(contentsOf: text)
        guard let logprobs else { return }
        if !self.logprobs.isEmpty { self.logprobs.append(0x2c) }
        self.logprobs.append(contentsOf: logprobs.dropFirst().dropLast())
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        thinking.append(contentsOf: text)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        images.append(contentsOf: images.isEmpty ? [0x22] : [0x2c, 0x22])
        images.append(contentsOf: base64)
        images.append(0x22)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) { add(calls.take(call)) }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        calls.begin(id: id, name: name)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) { calls.add(text) }

    mutating func endToolCall(into out: inout ByteBuffer) { add(calls.end()) }

    func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    // No request for vectors comes by this front.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        let pieces = content.count + thinking.count + images.count + toolCalls.count + logprobs.count
        out.compose(atMost: head.count + pieces + OllamaHead.endRoom + 100) { writer in
            writer.write(head)
            writer.write(content)
            writer.write("\"")
            if !thinking.isEmpty {
                writer.write(",\"thinking\":")
                writer.writeQuoted(thinking)
            }
            Self.writeList("images", images, to: &writer)
            Self.writeList("tool_calls", toolCalls, to: &writer)
            writer.write("},")
            writer.writeOllamaReason(end.reason)
            Self.writeList("logprobs", logprobs, to: &writer)
            writer.writeOllamaMetrics(end)
            writer.write("}")
        }
    }

    private mutating func add(_ call: ByteBuffer?) {
        guard let call else { return }
        if !toolCalls.isEmpty { toolCalls.append(0x2c) }
        toolCalls.append(contentsOf: call.readableBytesView)
    }

    private static func writeList(_ name: StaticString, _ elements: [UInt8], to writer: inout ByteWriter) {
        guard !elements.isEmpty else { return }
        writer.write(",\"")
        writer.write(name)
        writer.write("\":[")
        writer.write(elements)
        writer.write("]")
    }
}
