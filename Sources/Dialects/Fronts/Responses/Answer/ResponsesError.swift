import NIOCore

/// The last event of a stream that has failed. OpenAI's libraries look for an object `error` and raise it; others go by the event's
/// own members.
enum ResponsesError {
    ///
    /// - Parameter events: how many were written here; a provider's own are counted as far as they are at hand.
    static func writeEvent(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        let number = max(events, nextNumber(in: out))
        var object = ByteBuffer()
        OpenAIError.write(error, into: &object)
        out.writeStaticString("event: error\ndata: {\"type\":\"error\",\"sequence_number\":")
        out.writeDecimal(number)
        out.writeStaticString(",\"code\":")
        out.writeQuoted(error.code)
        out.writeStaticString(",\"message\":")
        out.writeQuoted(error.message)
        out.writeStaticString(",\"param\":")
        if let param = error.param { out.writeQuoted(param) } else { out.writeStaticString("null") }
        // `{"error":{…}}` without its first brace, and with its last.
        object.moveReaderIndex(forwardBy: 1)
        out.writeStaticString(",")
        out.writeImmutableBuffer(object)
        out.writeStaticString("\n\n")
    }

    /// The number behind the last event's, as far as the events are at hand: what the client has of them may be less than was
    /// written. 0 where none is.
    static func nextNumber(in out: ByteBuffer) -> Int {
        out.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let newline = rest.lastIndex(of: 0x0a)
                let line = newline.map { rest[($0 + 1)...] } ?? rest
                rest = rest[..<(newline ?? rest.startIndex)]
                guard line.starts(with: "data: ".utf8) else { continue }
                let event = JSONValue(UnsafeRawBufferPointer(rebasing: line.dropFirst(6)))
                if let number = event["sequence_number"].flatMap({ JSONNumber.integer($0.raw) }) { return number + 1 }
            }
            return 0
        }
    }
}
