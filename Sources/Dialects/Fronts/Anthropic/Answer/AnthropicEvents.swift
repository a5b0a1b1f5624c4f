import NIOCore

/// Writes an answer as the events of `/v1/messages`: one block open at a time, each with its number.
///
/// Anthropic's messages have no place for pictures, nor for a seal on the text: those are left out.
struct AnthropicEvents: AnswerSink {
    /// Clients pass it over.
    static let ping: StaticString = "event: ping\ndata: {\"type\":\"ping\"}\n\n"

    static let messageStop: StaticString = "event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"

    private enum Block { case none, text, thinking, call }

    private let identity: AnswerIdentity
    /// The prompt's tokens as the first event has them, in which nobody knows the count yet: the last one says it.
    private let promptEstimate: Int
    private var hasBegun = false
    private var block = Block.none
    /// The number of the block that is open, or of the next one.
    private var number = 0
    private var calls = 0

    /// Room for all that stands around a piece.
    private static let frameRoom = 192
    private static let deltaHead: StaticString =
        "event: content_block_delta\ndata: {\"type\":\"content_block_delta\",\"index\":"

    private static let textDelta: StaticString = ",\"delta\":{\"type\":\"text_delta\",\"text\":\""

    init(_ identity: AnswerIdentity, promptEstimate: Int) {
        self.identity = identity
        self.promptEstimate = promptEstimate
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard !text.isEmpty else { return }
        if block != .text { open(.text, "{\"type\":\"text\",\"text\":\"\"}", into: &out) }
        delta(Self.textDelta, text, into: &out)
    }

    var tokenRoom: Int? { block == .text ? Self.frameRoom : nil }

    @inline(__always)
    func token(_ text: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        delta(Self.textDelta, text, to: &writer)
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        openThinking(into: &out)
        delta(",\"delta\":{\"type\":\"thinking_delta\",\"thinking\":\"", text, into: &out)
    }

    /// Thinking has one seal, and nothing behind it.
    mutating func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        openThinking(into: &out)
        delta(",\"delta\":{\"type\":\"signature_delta\",\"signature\":\"", text, into: &out)
        close(into: &out)
    }

    mutating func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        start(.none, room: data.count, into: &out) { writer in
            writer.write("{\"type\":\"redacted_thinking\",\"data\":\"")
            writer.write(data)
            writer.write("\"}")
        }
        stop(into: &out)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        beginToolCall(id: call.id, name: call.name, signature: call.signature, into: &out)
        let arguments = call.arguments
        if arguments.first == 0x22 {
            toolCallArguments(UnsafeRawBufferPointer(rebasing: arguments.dropFirst().dropLast()), into: &out)
        } else if !arguments.isEmpty {
            var text = ByteBuffer()
            text.writeEscaped(arguments)
            text.withUnsafeReadableBytes { toolCallArguments($0, into: &out) }
        }
        endToolCall(into: &out)
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        beginToolCall(id: id, name: name, signature: nil, into: &out)
    }

    private mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, signature: UnsafeRawBufferPointer?,
        into out: inout ByteBuffer
    ) {
        var written = ByteBuffer()
        written.writeCallID(id, number: calls, responseID: identity.responseID, signature: signature)
        written.withUnsafeReadableBytes { id in
            start(.call, room: id.count + name.count, into: &out) { writer in
                writer.write("{\"type\":\"tool_use\",\"id\":\"")
                writer.write(id)
                writer.write("\",\"name\":\"")
                writer.write(name)
                writer.write("\",\"input\":{}}")
            }
        }
        calls += 1
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard !text.isEmpty else { return }
        delta(",\"delta\":{\"type\":\"input_json_delta\",\"partial_json\":\"", text, into: &out)
    }

    mutating func endToolCall(into out: inout ByteBuffer) { close(into: &out) }

    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func image(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        close(into: &out)
        begin(into: &out)
        Self.finish(end, hasCalls: calls > 0, into: &out)
    }

    /// The end of a message whose blocks have been written.
    static func finish(_ end: AnswerEnd, hasCalls: Bool, into out: inout ByteBuffer) {
        let room = frameRoom + ByteWriter.anthropicUsageRoom + (end.stopSequence?.count ?? 0)
        out.compose(atMost: room) { writer in
            writer.write("event: message_delta\ndata: {\"type\":\"message_delta\",\"delta\":{")
            writer.writeAnthropicReason(end, afterCalls: hasCalls)
            writer.write("},")
            writer.writeAnthropicUsage(end.usage)
            writer.write("}\n\n")
            writer.write(messageStop)
        }
    }

    // MARK: Blocks

    /// A piece of the block that is open, in one go.
    @inline(__always)
    private func delta(_ start: StaticString, _ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        out.compose(atMost: text.count + Self.frameRoom) { delta(start, text, to: &$0) }
    }

    @inline(__always)
    private func delta(_ start: StaticString, _ text: UnsafeRawBufferPointer, to writer: inout ByteWriter) {
        writer.write(Self.deltaHead)
        writer.write(decimal: number)
        writer.write(start)
        writer.write(text)
        writer.write("\"}}\n\n")
    }

    private mutating func openThinking(into out: inout ByteBuffer) {
        guard block != .thinking else { return }
        open(.thinking, "{\"type\":\"thinking\",\"thinking\":\"\",\"signature\":\"\"}", into: &out)
    }

    @inline(never)
    private mutating func open(_ kind: Block, _ content: StaticString, into out: inout ByteBuffer) {
        start(kind, room: 0, into: &out) { $0.write(content) }
    }

    /// Ends the block that is open, and begins another.
    private mutating func start(
        _ kind: Block, room: Int, into out: inout ByteBuffer, _ content: (inout ByteWriter) -> Void
    ) {
        close(into: &out)
        begin(into: &out)
        out.compose(atMost: Self.frameRoom + room) { writer in
            writer.write("event: content_block_start\ndata: {\"type\":\"content_block_start\",\"index\":")
            writer.write(decimal: number)
            writer.write(",\"content_block\":")
            content(&writer)
            writer.write("}\n\n")
        }
        block = kind
        // As Anthropic does it, behind the first one.
        if number == 0 { out.writeStaticString(Self.ping) }
    }

    private mutating func close(into out: inout ByteBuffer) {
        if block != .none { stop(into: &out) }
    }

    private mutating func stop(into out: inout ByteBuffer) {
        Self.stop(number, into: &out)
        block = .none
        number += 1
    }

    /// The end of the block with this number.
    static func stop(_ number: Int, into out: inout ByteBuffer) {
        out.compose(atMost: frameRoom) { writer in
            writer.write("event: content_block_stop\ndata: {\"type\":\"content_block_stop\",\"index\":")
            writer.write(decimal: number)
            writer.write("}\n\n")
        }
    }

    private mutating func begin(into out: inout ByteBuffer) {
        guard !hasBegun else { return }
        hasBegun = true
        let room = ByteWriter.anthropicHeadRoom + identity.model.readableBytes + ByteWriter.anthropicUsageRoom + 160
        out.compose(atMost: room) { writer in
            writer.write("event: message_start\ndata: {\"type\":\"message_start\",\"message\":{")
            writer.writeAnthropicHead(identity)
            writer.write(",\"content\":[],\"stop_reason\":null,\"stop_sequence\":null,")
            writer.writeAnthropicUsage(Usage(promptTokens: promptEstimate))
            writer.write("}}\n\n")
        }
    }
}
