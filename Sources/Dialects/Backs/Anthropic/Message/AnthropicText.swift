/// The insides of JSON strings, as the API judges them.
enum AnthropicText {
    /// Whether it has nothing but white space, which the API refuses as a text and as a stop sequence.
    static func isBlank(_ raw: UnsafeRawBufferPointer) -> Bool { trimmedEnd(raw) == 0 }

    /// How many of its bytes are left without white space at the end, written as it is or as an escape.
    static func trimmedEnd(_ raw: UnsafeRawBufferPointer) -> Int {
        var end = raw.count
        while end > 0 {
            if raw[end - 1] == 0x20 {
                end -= 1
            } else if isSpaceEscape(raw, before: end) {
                end -= 2
            } else {
                break
            }
        }
        return end
    }

    /// Whether `\n`, `\t`, `\r` or `\f` ends here, and not a backslash with a letter behind it.
    private static func isSpaceEscape(_ raw: UnsafeRawBufferPointer, before end: Int) -> Bool {
        guard end >= 2, [0x6e, 0x74, 0x72, 0x66].contains(raw[end - 1]) else { return false }
        var slashes = 0
        while slashes < end - 1, raw[end - 2 - slashes] == 0x5c { slashes += 1 }
        return slashes % 2 == 1
    }

    /// Whether it looks like a mail address or a telephone number.
    static func isAddress(_ raw: UnsafeRawBufferPointer) -> Bool {
        if raw.contains(0x40) { return true }
        let isNumber = raw.allSatisfy { byte in byte &- 0x30 < 10 || " +-()".utf8.contains(byte) }
        return isNumber && raw.count >= 7
    }
}
