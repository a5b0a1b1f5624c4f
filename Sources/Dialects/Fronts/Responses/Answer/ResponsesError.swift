import NIOCore

/// The last event of a stream that has failed. OpenAI's libraries look for an object `error` and raise it; others go by the event's
/// own members.
enum ResponsesError {
    /// - Parameter events: how many were written here.
    static func writeEvent(_ error: ClientError, behind events: Int, into out: inout ByteBuffer) {
        let number = number(in: out, behind: events)
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

    /// The number of the next event: behind the last one at hand, since of what was written the client may have less; where none is at
    /// hand, behind all that were written.
    static func number(in out: ByteBuffer, behind events: Int) -> Int {
        out.withUnsafeReadableBytes { bytes in
            var rest = bytes[...]
            while !rest.isEmpty {
                let newline = rest.lastIndex(of: 0x0a)
                let line = newline.map { rest[($0 + 1)...] } ?? rest
                rest = rest[..<(newline ?? rest.startIndex)]
                guard line.starts(with: "data: ".utf8) else { continue }
                let event = JSONValue(UnsafeRawBufferPointer(rebasing: line.dropFirst(6)))
                if let number = event["sequence_number"].flatMap({ JSONNumber.integer($0.raw) }) { return number &+ 1 }
            }
            return events
        }
    }
}
