import NIOCore

/// Server-sent events, or one JSON object where they were due: some providers tell of an error so.
struct OpenAIFraming: AnswerFraming {
    /// Bytes of an object that is worth reading.
    private static let objectLimit = 16 << 20

    private var events = SSEFraming()
    /// The object so far; empty where events come.
    private var object: [UInt8] = []
    private var hasBegun = false

    init() {}

    mutating func feed(
        _ bytes: ByteBuffer, _ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Bool
    ) -> Bool {
        let isObject: Bool
        if hasBegun {
            isObject = !object.isEmpty
        } else {
            guard let first = bytes.readableBytesView.first(where: { $0 > 0x20 }) else { return true }
            hasBegun = true
            isObject = first == 0x7b
        }
        guard isObject else { return events.feed(bytes, event) }
        object.append(contentsOf: bytes.readableBytesView)
        return object.count <= Self.objectLimit
    }

    mutating func finish(_ event: (_ name: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer) -> Void) {
        guard !object.isEmpty else { return events.finish(event) }
        object.withUnsafeBytes { event(UnsafeRawBufferPointer(start: nil, count: 0), $0) }
    }
}
