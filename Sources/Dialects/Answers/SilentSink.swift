import NIOCore

/// Writes nothing: for a relay, which needs a reader's findings and passes the bytes themselves on.
struct SilentSink: AnswerSink {
    func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func image(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func content(_ text: UnsafeRawBufferPointer, logprobs: UnsafeRawBufferPointer?, into out: inout ByteBuffer) {}
    func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {}
    func beginToolCall(id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func endToolCall(into out: inout ByteBuffer) {}
    func embeddings(_ rows: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func finish(_ end: AnswerEnd, into out: inout ByteBuffer) {}
}
