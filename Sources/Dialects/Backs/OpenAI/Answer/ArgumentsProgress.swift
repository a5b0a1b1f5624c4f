/// How far a JSON object has come that is told in pieces, each the inside of a JSON string.
struct ArgumentsProgress {
    private var depth = 0
    private var isInString = false
    /// A backslash of the object's own stands before the next character.
    private var isEscaped = false
    private var hasBegun = false

    /// Whether it is a whole object.
    var isWhole: Bool { hasBegun && depth == 0 }

    mutating func add(_ piece: UnsafeRawBufferPointer) {
        JSONString.unescape(piece) { text in for byte in text { take(byte) } }
    }

    private mutating func take(_ byte: UInt8) {
        if isInString {
            if isEscaped {
                isEscaped = false
            } else if byte == 0x5c {
                isEscaped = true
            } else if byte == 0x22 {
                isInString = false
            }
            return
        }
        switch byte {
        case 0x22: isInString = true
        case 0x7b, 0x5b:
            depth += 1
            hasBegun = true
        case 0x7d, 0x5d: depth -= 1
        default: break
        }
    }
}
