import NIOCore

/// Gathers an answer and writes it as the one JSON object of an unstreamed `/v1/messages`.
///
/// A call whose arguments are not an object, as when the limit of tokens cut it off, is left out: nobody could make it.
struct AnthropicWhole: AnswerSink {
    private enum Block { case none, text, thinking, call }

    private let identity: AnswerIdentity
    private var block = Block.none
    /// The blocks that are whole, with commas between them.
    private var content: [UInt8] = []
    /// Of the block that is open: the inside of a JSON string.
    private var text: [UInt8] = []
    /// The calls so far, for their ids: those that are left out too.
    private var calls = 0
    private var hasCalls = false
    /// Of the call that is open: up to its input.
    private var call: [UInt8] = []

    init(_ identity: AnswerIdentity) { self.identity = identity }

    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        add(text, to: .text)
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) { add(text, to: .thinking) }

    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        if block != .thinking { close() }
        block = .thinking
        close(seal: text)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        close()
        append("{\"type\":\"redacted_thinking\",\"data\":\"")
        content.append(contentsOf: data)
        content.append(contentsOf: "\"}".utf8)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        begin(call.id, call.name, signature: call.signature)
        if call.arguments.first == 0x22 {
            text.append(contentsOf: call.arguments.dropFirst().dropLast())
            close()
        } else {
            finishCall(call.arguments.first == 0x7b ? Array(call.arguments) : nil)
        }
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        begin(id, name, signature: nil)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        self.text.append(contentsOf: text)
    }

    mutating func endToolCall(into out: inout ByteBuffer) { close() }

    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func image(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    // No request for vectors comes by this front.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        close()
        let room =
            ByteWriter.anthropicHeadRoom + identity.model.readableBytes + content.count
            + ByteWriter.anthropicUsageRoom + (end.stopSequence?.count ?? 0) + 100
        out.compose(atMost: room) { writer in
            writer.write("{")
            writer.writeAnthropicHead(identity)
            writer.write(",\"content\":[")
            writer.write(content)
            writer.write("],")
            writer.writeAnthropicReason(end, afterCalls: hasCalls)
            writer.write(",")
            writer.writeAnthropicUsage(end.usage)
            writer.write("}")
        }
    }

    // MARK: Blocks

    private mutating func add(_ text: UnsafeRawBufferPointer, to kind: Block) {
        guard !text.isEmpty else { return }
        if block != kind { close() }
        block = kind
        self.text.append(contentsOf: text)
    }

    private mutating func append(_ start: StaticString) {
        if !content.isEmpty { content.append(0x2c) }
        start.withUTF8Buffer { content.append(contentsOf: $0) }
    }

    private mutating func close(seal: UnsafeRawBufferPointer? = nil) {
        switch block {
        case .none: return
        case .text:
            append("{\"type\":\"text\",\"text\":\"")
            content.append(contentsOf: text)
            content.append(contentsOf: "\"}".utf8)
        case .thinking:
            append("{\"type\":\"thinking\",\"thinking\":\"")
            content.append(contentsOf: text)
            content.append(contentsOf: "\",\"signature\":\"".utf8)
            if let seal { content.append(contentsOf: seal) }
            content.append(contentsOf: "\"}".utf8)
        case .call: return finishCall(text.withUnsafeBytes(JSONString.object(inside:)))
        }
        text.removeAll(keepingCapacity: true)
        block = .none
    }

    private mutating func begin(
        _ id: UnsafeRawBufferPointer?, _ name: UnsafeRawBufferPointer, signature: UnsafeRawBufferPointer?
    ) {
        close()
        var start = ByteBuffer()
        start.writeStaticString("{\"type\":\"tool_use\",\"id\":\"")
        start.writeCallID(id, number: calls, responseID: identity.responseID, signature: signature)
        start.writeStaticString("\",\"name\":\"")
        start.writeBytes(name)
        start.writeStaticString("\",\"input\":")
        call = Array(start.readableBytesView)
        calls += 1
        block = .call
    }

    private mutating func finishCall(_ input: [UInt8]?) {
        if let input {
            hasCalls = true
            append("")
            content += call + input
            content.append(0x7d)
        }
        text.removeAll(keepingCapacity: true)
        block = .none
    }
}
