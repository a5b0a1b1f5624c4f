import NIOCore

extension ByteBuffer {
    /// Writes a comment of server-sent events.
    mutating func writeComment(_ words: StaticString) {
        writeStaticString(": ")
        writeStaticString(words)
        writeStaticString("\n\n")
    }

    /// Writes a server-sent event whose data is a JSON document with edits.
    ///
    /// - Parameter name: the event's name; empty for none.
    @inline(__always)
    mutating func writeEvent(
        _ data: UnsafeRawBufferPointer, _ edits: JSONEdits,
        name: UnsafeRawBufferPointer = UnsafeRawBufferPointer(start: nil, count: 0)
    ) {
        if !name.isEmpty {
            compose(atMost: name.count + 8) { writer in
                writer.write("event: ")
                writer.write(name)
                writer.write("\n")
            }
        }
        let start = writerIndex
        compose(atMost: data.count + edits.added + 8) { writer in
            writer.write("data: ")
            edits.write(data, from: 0, to: data.count, to: &writer)
            writer.write("\n\n")
        }
        // An event of several lines is one text with line breaks between JSON's tokens; blanks say the same.
        guard let address = data.baseAddress else { return }
        let p = address.assumingMemoryBound(to: UInt8.self)
        guard JSONScanner.firstOffset(of: 0x0a, p, 0, data.count) < data.count else { return }
        for index in start..<writerIndex - 2 where getInteger(at: index) == (0x0a as UInt8) {
            setInteger(0x20 as UInt8, at: index)
        }
    }
}
