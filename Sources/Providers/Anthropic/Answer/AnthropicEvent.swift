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

    /// Reads the object at hand; nil where it is not one JSON object and nothing else.
    init?(_ bytes: UnsafeRawBufferPointer) {
        var scanner = JSONScanner(bytes)
        guard scanner.skipSpace(), scanner.byte == 0x7b else { return nil }
        scanner.position &+= 1
        var name = JSONSlice()
        var first = true
        while true {
            switch scanner.nextMember(&name, first: &first) {
            case .fault: return nil
            case .end:
                guard scanner.atEnd() else { return nil }
                return
            case .value:
                guard let value = scanner.takeValue(depth: 1) else { return nil }
                take(bytes[name], value)
            }
        }
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
    }
}
