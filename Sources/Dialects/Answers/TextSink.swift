import NIOCore

/// A sink of an API whose answers are nothing but text, or vectors: what it has no place for is passed over.
protocol TextSink: AnswerSink {}

extension TextSink {
    func reasoning(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func signature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func redactedThinking(_ data: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func textSignature(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func image(_ type: UnsafeRawBufferPointer, _ base64: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func toolCall(_ call: AnswerToolCall, into out: inout ByteBuffer) {}
    func beginToolCall(id: UnsafeRawBufferPointer?, name: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func toolCallArguments(_ text: UnsafeRawBufferPointer, into out: inout ByteBuffer) {}
    func endToolCall(into out: inout ByteBuffer) {}
}
