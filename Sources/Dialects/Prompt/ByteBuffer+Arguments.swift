import NIOCore

extension ByteBuffer {
    /// Writes a call's arguments as an object: one, or a string that holds one, as it is; none, or a blank string, as an
    /// empty object. False, with nothing written, where a string holds anything else.
    mutating func writeArguments(_ arguments: JSONSlice, of bytes: UnsafeRawBufferPointer) -> Bool {
        guard !arguments.isAbsent else {
            writeStaticString("{}")
            return true
        }
        guard bytes[arguments][0] == 0x22 else {
            writeBytes(bytes[arguments])
            return true
        }
        return writeObject(inside: arguments, of: bytes, orBlank: true)
    }

    /// Writes the JSON object that a string holds; false, with nothing written, where it holds none.
    ///
    /// - Parameter orBlank: whether a blank string stands for an empty object.
    mutating func writeObject(
        inside text: JSONSlice, of bytes: UnsafeRawBufferPointer, orBlank: Bool = false
    ) -> Bool {
        let start = writerIndex
        JSONString.unescape(bytes[text.unquoted]) { writeBytes($0) }
        let readable = start - readerIndex
        let first = withUnsafeReadableBytes { written -> UInt8? in
            let text = UnsafeRawBufferPointer(rebasing: written[readable...])
            guard let first = text.first(where: { $0 > 0x20 }) else { return 0x20 }
            return first == 0x7b && JSONScanner.isValid(text) ? first : nil
        }
        if first == 0x7b { return true }
        moveWriterIndex(to: start)
        guard orBlank, first == 0x20 else { return false }
        writeStaticString("{}")
        return true
    }
}
