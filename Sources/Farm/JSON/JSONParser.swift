/// Reads the first JSON value of a text and says what is wrong with it in the words of Go's decoder, which a real box
/// passes on to its clients. The text after the value is not read.
struct JSONParser: ~Copyable {
    /// Go's sentence.
    struct Fault: Error, Equatable {
        let message: String
        static let end = Fault(message: "unexpected EOF")
        /// Nothing at all to read.
        static let empty = Fault(message: "EOF")
    }

    /// Go allows 10,000; a thread's stack here does not.
    private static let maxDepth = 500

    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var depth = 0

    private init(_ bytes: UnsafeRawBufferPointer) {
        self.bytes = bytes
    }

    static func parse(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> JSONValue {
        var parser = JSONParser(bytes)
        parser.skipBlanks()
        guard parser.position < bytes.count else { throw .empty }
        return try parser.value()
    }

    static func parse(_ text: String) throws(Fault) -> JSONValue {
        var text = text
        text.makeContiguousUTF8()
        let result = text.utf8.withContiguousStorageIfAvailable { bytes in
            Result { () throws(Fault) in try parse(UnsafeRawBufferPointer(bytes)) }
        }
        return try result!.get()
    }

    private mutating func value() throws(Fault) -> JSONValue {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.maxDepth else { throw Fault(message: "exceeded max depth") }
        switch try peek() {
        case UInt8(ascii: "{"): return try object()
        case UInt8(ascii: "["): return try array()
        case UInt8(ascii: "\""): return .string(try string())
        case UInt8(ascii: "t"): return try literal("true", .bool(true))
        case UInt8(ascii: "f"): return try literal("false", .bool(false))
        case UInt8(ascii: "n"): return try literal("null", .null)
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return try number()
        case let other: throw fault(other, "looking for beginning of value")
        }
    }

    private mutating func object() throws(Fault) -> JSONValue {
        position += 1
        skipBlanks()
        var members: [JSONValue.Member] = []
        if try peek() == UInt8(ascii: "}") {
            position += 1
            return .object(members)
        }
        while true {
            skipBlanks()
            let first = try peek()
            guard first == UInt8(ascii: "\"") else { throw fault(first, "looking for beginning of object key string") }
            let name = try string()
            skipBlanks()
            let colon = try peek()
            guard colon == UInt8(ascii: ":") else { throw fault(colon, "after object key") }
            position += 1
            skipBlanks()
            members.append(JSONValue.Member(name: name, value: try value()))
            skipBlanks()
            let next = try peek()
            position += 1
            if next == UInt8(ascii: "}") { return .object(members) }
            guard next == UInt8(ascii: ",") else { throw fault(next, "after object key:value pair") }
        }
    }

    private mutating func array() throws(Fault) -> JSONValue {
        position += 1
        skipBlanks()
        var items: [JSONValue] = []
        if try peek() == UInt8(ascii: "]") {
            position += 1
            return .array(items)
        }
        while true {
            skipBlanks()
            items.append(try value())
            skipBlanks()
            let next = try peek()
            position += 1
            if next == UInt8(ascii: "]") { return .array(items) }
            guard next == UInt8(ascii: ",") else { throw fault(next, "after array element") }
        }
    }

    private mutating func literal(_ text: StaticString, _ value: JSONValue) throws(Fault) -> JSONValue {
        for index in 0..<text.utf8CodeUnitCount {
            let expected = text.utf8Start[index]
            let byte = try peek()
            guard byte == expected else {
                throw fault(byte, "in literal \(text) (expecting '\(Character(UnicodeScalar(expected)))')")
            }
            position += 1
        }
        return value
    }

    private mutating func number() throws(Fault) -> JSONValue {
        let start = position
        if bytes[position] == UInt8(ascii: "-") { position += 1 }
        if try peek() == UInt8(ascii: "0") { position += 1 } else { try digits("in numeric literal") }
        if position < bytes.count, bytes[position] == UInt8(ascii: ".") {
            position += 1
            try digits("after decimal point in numeric literal")
        }
        if position < bytes.count, bytes[position] | 0x20 == UInt8(ascii: "e") {
            position += 1
            let sign = try peek()
            if sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            try digits("in exponent of numeric literal")
        }
        return .number(String(decoding: bytes[start..<position], as: UTF8.self))
    }

    private mutating func digits(_ place: String) throws(Fault) {
        let first = try peek()
        guard isDigit(first) else { throw fault(first, place) }
        while position < bytes.count, isDigit(bytes[position]) { position += 1 }
    }

    private mutating func string() throws(Fault) -> String {
        position += 1
        let start = position
        while position < bytes.count {
            let byte = bytes[position]
            if byte == UInt8(ascii: "\"") {
                defer { position += 1 }
                return String(decoding: bytes[start..<position], as: UTF8.self)
            }
            if byte == UInt8(ascii: "\\") || byte < 0x20 { break }
            position += 1
        }
        return try escapedString(from: start)
    }

    private mutating func escapedString(from start: Int) throws(Fault) -> String {
        var text = Array(bytes[start..<position])
        while true {
            let byte = try peek()
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return String(decoding: text, as: UTF8.self)
            case UInt8(ascii: "\\"): try escape(into: &text)
            case 0..<0x20: throw fault(byte, "in string literal")
            default: text.append(byte)
            }
        }
    }

    private mutating func escape(into text: inout [UInt8]) throws(Fault) {
        let byte = try peek()
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
        case UInt8(ascii: "b"): text.append(8)
        case UInt8(ascii: "f"): text.append(12)
        case UInt8(ascii: "n"): text.append(10)
        case UInt8(ascii: "r"): text.append(13)
        case UInt8(ascii: "t"): text.append(9)
        case UInt8(ascii: "u"):
            var code = try hex()
            // A pair of surrogates is one character; half a pair is none.
            if 0xD800..<0xDC00 ~= code, position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
                bytes[position + 1] == UInt8(ascii: "u")
            {
                let mark = position
                position += 2
                let low = try hex()
                if 0xDC00..<0xE000 ~= low {
                    code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
                } else {
                    position = mark
                }
            }
            text.append(contentsOf: String(Character(UnicodeScalar(code) ?? "\u{FFFD}")).utf8)
        default: throw fault(byte, "in string escape code")
        }
    }

    private mutating func hex() throws(Fault) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<4 {
            let byte = try peek()
            guard let digit = Character(UnicodeScalar(byte)).hexDigitValue, byte < 0x80 else {
                throw fault(byte, "in \\u hexadecimal character escape")
            }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private func peek() throws(Fault) -> UInt8 {
        guard position < bytes.count else { throw .end }
        return bytes[position]
    }

    private mutating func skipBlanks() {
        while position < bytes.count {
            switch bytes[position] {
            case 9, 10, 13, 32: position += 1
            default: return
            }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool {
        UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte
    }

    private func fault(_ byte: UInt8, _ place: String) -> Fault {
        let shown =
            switch byte {
            case UInt8(ascii: "'"): "'\\''"
            case UInt8(ascii: "\""): "'\"'"
            case UInt8(ascii: "\\"): "'\\\\'"
            case 9: "'\\t'"
            case 10: "'\\n'"
            case 13: "'\\r'"
            case 0..<0x20, 0x7F: "'\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16) + "'"
            default: "'\(Character(UnicodeScalar(byte)))'"
            }
        return Fault(message: "invalid character \(shown) \(place)")
    }
}
