/// One event of a stream, or a whole message, taken apart but not decoded.
struct AnthropicEvent {
    private(set) var type = JSONSlice()
    /// Of `content_block_delta` and `message_delta`.
    private(set) var delta = JSONSlice()
    /// Of `content_block_start`.
    private(set) var block = JSONSlice()
    /// Of `message_start`.
    private(set) var message = JSONSlice()
    private(set) var usage = JSONSlice()
    private(set) var error = JSONSlice()
    /// Of a whole message.
    private(set) var content = JSONSlice()
    /// Of a whole message.
    private(set) var stopReason = JSONSlice()
    /// Of a whole message.
    private(set) var stopSequence = JSONSlice()

    /// Reads the object at hand; nil where it is not one JSON object and nothing else.
    init?(_ bytes: UnsafeRawBufferPointer) {
        let isObject = JSONScanner.walkObject(bytes) { name, scanner in
            guard let value = scanner.takeValue(depth: 1) else { return false }
            take(name, value)
            return true
        }
        guard isObject else { return nil }
    }

    private mutating func take(_ name: UnsafeRawBufferPointer, _ value: JSONSlice) {
        if name.equals("type") { type = value }
        if name.equals("delta") { delta = value }
        if name.equals("content_block") { block = value }
        if name.equals("message") { message = value }
        if name.equals("usage") { usage = value }
        if name.equals("error") { error = value }
        if name.equals("content") { content = value }
        if name.equals("stop_reason") { stopReason = value }
        if name.equals("stop_sequence") { stopSequence = value }
    }
}
