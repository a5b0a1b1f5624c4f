import NIOCore

extension ByteBuffer {
    /// Writes a call's arguments as an object: one, or a string that holds one, as it is; none, or a string that says nothing
    /// (``JSONString/saysNothing(_:)``), as an empty object. False, with nothing written, where a string holds anything else.
    mutating func writeArguments(_ arguments: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        guard !arguments.isAbsent else {
            writeStaticString("{}")
            return true
        }
        guard bytes[arguments][0] == 0x22 else {
            writeBytes(bytes[arguments])
            return true
        }
        if JSONString.saysNothing(bytes[arguments.unquoted]) {
            writeStaticString("{}")
            return true
        }
        return writeObject(inside: arguments, of: bytes)
    }

    /// Writes the JSON object that a string holds; false, with nothing written, where it holds none.
    mutating func writeObject(inside text: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        let start = writerIndex
        JSONString.unescape(bytes[text.unquoted]) { writeBytes($0) }
        let readable = start - readerIndex
        let isObject = withUnsafeReadableBytes { written in
            let text = UnsafeRawBufferPointer(rebasing: written[readable...])
            return text.first { $0 > 0x20 } == 0x7b && JSONScanner.isValid(text)
        }
        if !isObject { moveWriterIndex(to: start) }
        return isObject
    }
}
