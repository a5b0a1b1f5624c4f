import NIOCore

/// Writes an answer as the lines of `/api/chat`: one JSON object each, with one prepared head.
///
/// Ollama's messages have no place for a provider's seals on thoughts and text: those are left out.
struct OllamaLines: AnswerSink {
    private let head: [UInt8]
    private var calls: OllamaCalls

    /// Room for all that stands around a piece behind the head.
    private static let frameRoom = 60

    init(_ head: OllamaHead) {
        self.head = head.bytes
        calls = OllamaCalls(responseID: head.responseID)
    }

    @inline(__always)
    mutating func content(
        _ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer
    ) {
        guard let logprobs else { return line("", text, "\"},\"done\":false}\n", into: &out) }
        line("", text, "\"},\"done\":false,\"logprobs\":", into: &out)
        out.writeBytes(OllamaCalls.onOneLine(logprobs))
        out.writeStaticString("}\n")
    }

    mutating func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        line("\",\"thinking\":\"", text, "\"},\"done\":false}\n", into: &out)
    }

    mutating func image(
        _ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        line("\",\"images\":[\"", base64, "\"]},\"done\":false}\n", into: &out)
    }

    mutating func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {
        write(calls.take(call), into: &out)
    }

    mutating func beginToolCall(
        id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) {
        calls.begin(id: id, name: name)
    }

    mutating func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) { calls.add(text) }

    mutating func endToolCall(into out: inout ByteBuffer) { write(calls.end(), into: &out) }

    func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    // Vectors are never streamed.
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}

    mutating func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {
        out.compose(atMost: head.count + Self.frameRoom + OllamaHead.endRoom) { writer in
            writer.write(head)
            writer.write("\"},")
            writer.writeOllamaReason(end.reason)
            writer.writeOllamaMetrics(end)
            writer.write("}\n")
        }
    }

    /// The head and a piece, in one go.
    @inline(__always)
    private func line(
        _ start: StaticString, _ text: UnsafeRawBufferPointer, _ end: StaticString, into out: inout ByteBuffer
    ) {
        out.compose(atMost: head.count + text.count + Self.frameRoom) { writer in
            writer.write(head)
            writer.write(start)
            writer.write(text)
            writer.write(end)
        }
    }

    private func write(_ call: ByteBuffer?, into out: inout ByteBuffer) {
        guard let call else { return }
        call.withUnsafeReadableBytes { line("\",\"tool_calls\":[", $0, "]},\"done\":false}\n", into: &out) }
    }
}
