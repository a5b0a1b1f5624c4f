import NIOCore

/// JSON as Go writes it: `<`, `>` and `&` escaped, too.
extension ByteBuffer {
    mutating func writeJSON(_ text: some StringProtocol) {
        writeInteger(UInt8(ascii: "\""))
        writeJSONContent(text)
        writeInteger(UInt8(ascii: "\""))
    }

    /// Without the quotes around it.
    mutating func writeJSONContent(_ text: some StringProtocol) {
        let plain = text.utf8.allSatisfy(Self.isPlain)
        if plain {
            writeString(String(text))
            return
        }
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": writeStaticString("\\\"")
            case "\\": writeStaticString("\\\\")
            case "\n": writeStaticString("\\n")
            case "\r": writeStaticString("\\r")
            case "\t": writeStaticString("\\t")
            case "\u{8}": writeStaticString("\\b")
            case "\u{C}": writeStaticString("\\f")
            case "<", ">", "&", "\u{2028}", "\u{2029}", "\0"..<" ":
                let hex = String(scalar.value, radix: 16)
                writeStaticString("\\u")
                writeString(String(repeating: "0", count: 4 - hex.count) + hex)
            default: writeString(String(Character(scalar)))
            }
        }
    }

    mutating func writeJSON(_ value: JSONValue) {
        switch value {
        case .null: writeStaticString("null")
        case .bool(let flag): writeStaticString(flag ? "true" : "false")
        case .number(let text): writeString(text)
        case .string(let text): writeJSON(text)
        case .array(let items):
            writeList("[", items, "]") { $0.writeJSON($1) }
        case .object(let members):
            writeList("{", members, "}") {
                $0.writeJSON($1.name)
                $0.writeStaticString(":")
                $0.writeJSON($1.value)
            }
        }
    }

    /// Items with commas between them.
    mutating func writeList<Items: Sequence>(
        _ open: StaticString, _ items: Items, _ close: StaticString,
        _ write: (inout ByteBuffer, Items.Element) -> Void
    ) {
        writeStaticString(open)
        var isFirst = true
        for item in items {
            if !isFirst { writeStaticString(",") }
            isFirst = false
            write(&self, item)
        }
        writeStaticString(close)
    }

    /// `,"name":12`.
    mutating func writeField(_ name: StaticString, _ number: some BinaryInteger) {
        writeStaticString(",\"")
        writeStaticString(name)
        writeStaticString("\":")
        writeString(String(number))
    }

    /// `,"name":"text"`.
    mutating func writeField(_ name: StaticString, _ text: String) {
        writeStaticString(",\"")
        writeStaticString(name)
        writeStaticString("\":")
        writeJSON(text)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x20, 0x21, 0x23...0x25, 0x27...0x3B, 0x3D, 0x3F...0x5B, 0x5D...0x7F: true
        // The first bytes of U+2028 and its like; the rest of UTF-8 needs nothing.
        case 0xE2: false
        default: byte >= 0x80
        }
    }
}

extension JSONValue {
    /// Its text, compact.
    var text: String {
        var buffer = ByteBuffer()
        buffer.writeJSON(self)
        return String(buffer: buffer)
    }
}
