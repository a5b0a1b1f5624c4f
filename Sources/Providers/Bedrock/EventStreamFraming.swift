import NIOCore

struct EventStreamFraming: AnswerFraming {
    init() {}

    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool { true }
}
