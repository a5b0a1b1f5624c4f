import NIOCore

struct GeminiReader: AnswerReader {
    private(set) var sawFirstToken = false
    private(set) var usage = Usage()

    init(endpoint: Endpoint) {}

    mutating func readEvent<Sink: AnswerSink>(
        _ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, to sink: inout Sink,
        into out: inout ByteBuffer
    ) -> ReadOutcome { .more }

    mutating func readWhole<Sink: AnswerSink>(
        _ body: UnsafeRawBufferPointer, to sink: inout Sink, into out: inout ByteBuffer
    ) -> ReadOutcome { .more }
}
