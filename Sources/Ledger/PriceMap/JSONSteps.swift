/// Walks through a JSON text (RFC 8259) and leaves the values where they stand, so that a number is seen as it is written
/// and a value that is of no use costs no more than its bytes.
struct JSONSteps {
    /// The text is no JSON, at this byte.
    struct Broken: Error, Equatable {
        let offset: Int
    }

    /// The most containers that may be open at once.
    static let depthLimit = 64

    let text: [UInt8]
    private(set) var position = 0

    init(_ text: [UInt8]) { self.text = text }

    /// The byte at hand, white space passed over; nil at the end.
    mutating func next() -> UInt8? {
        while position < text.count {
            let byte = text[position]
            guard byte == 0x20 || byte == 0x0a || byte == 0x0d || byte == 0x09 else { return byte }
            position += 1
        }
        return nil
    }

    /// Goes into the object at hand.
    mutating func enterObject() throws(Broken) { try take(openBrace) }

    /// The next member's name, when its value is at hand; nil when the object has ended and is passed. The value must be
    /// passed or gone into before the next call.
    /// - Parameter first: true before the first call.
    mutating func nextMember(first: inout Bool) throws(Broken) -> Range<Int>? {
        if try ends(closeBrace, first: &first) { return nil }
        let name = try skipString()
        try take(UInt8(ascii: ":"))
        return name
    }

    /// Passes the value at hand and says where it stands, a string with its quotes.
    mutating func value(depth: Int = 0) throws(Broken) -> Range<Int> {
        guard let byte = next(), depth < Self.depthLimit else { throw Broken(offset: position) }
        let start = position
        var first = true
        switch byte {
        case openBrace:
            position += 1
            while try nextMember(first: &first) != nil { _ = try value(depth: depth + 1) }
        case openBracket:
            position += 1
            while try !ends(closeBracket, first: &first) { _ = try value(depth: depth + 1) }
        case quote: _ = try skipString()
        default: try skipScalar()
        }
        return start..<position
    }

    /// The text of a string whose inside stands there; half a surrogate pair becomes U+FFFD.
    func string(_ inside: Range<Int>) -> String {
        let bytes = text[inside]
        guard bytes.contains(backslash) else { return String(decoding: bytes, as: UTF8.self) }
        var units: [UInt16] = []
        var rest = bytes
        while let slash = rest.firstIndex(of: backslash) {
            units += String(decoding: rest[..<slash], as: UTF8.self).utf16
            rest = rest[(slash + 1)...]
            let letter = rest.removeFirst()
            if letter == UInt8(ascii: "u") {
                units.append(UInt16(String(decoding: rest.prefix(4), as: UTF8.self), radix: 16) ?? 0xfffd)
                rest = rest.dropFirst(4)
            } else {
                units.append(UInt16(escapes[letter] ?? letter))
            }
        }
        units += String(decoding: rest, as: UTF8.self).utf16
        return String(decoding: units, as: UTF16.self)
    }

    private mutating func take(_ byte: UInt8) throws(Broken) {
        guard next() == byte else { throw Broken(offset: position) }
        position += 1
    }

    /// Whether the container ends here, and is passed; if not, the comma is that all but the first value need.
    private mutating func ends(_ byte: UInt8, first: inout Bool) throws(Broken) -> Bool {
        if next() == byte {
            position += 1
            return true
        }
        if !first { try take(UInt8(ascii: ",")) }
        first = false
        return false
    }

    /// Passes a string and says where its inside stands.
    private mutating func skipString() throws(Broken) -> Range<Int> {
        try take(quote)
        let start = position
        while position < text.count, text[position] >= 0x20 {
            let byte = text[position]
            position += 1
            if byte == quote { return start..<(position - 1) }
            if byte == backslash { try skipEscape() }
        }
        throw Broken(offset: position)
    }

    private mutating func skipEscape() throws(Broken) {
        guard position < text.count, escapes[text[position]] != nil else { throw Broken(offset: position) }
        let digits = text[position] == UInt8(ascii: "u") ? 4 : 0
        position += 1
        guard position + digits <= text.count, text[position..<(position + digits)].allSatisfy(\.isHexDigit)
        else { throw Broken(offset: position) }
        position += digits
    }

    /// Passes a word or what begins as a number; whether the number is well written is for its reader.
    private mutating func skipScalar() throws(Broken) {
        let start = position
        while position < text.count, text[position].isInScalar { position += 1 }
        let scalar = text[start..<position]
        let isNumber = scalar.first.map { 0x30...0x39 ~= $0 || $0 == UInt8(ascii: "-") } ?? false
        guard isNumber || words.contains(where: { $0.elementsEqual(scalar) }) else { throw Broken(offset: start) }
    }
}

private let openBrace = UInt8(ascii: "{")
private let closeBrace = UInt8(ascii: "}")
private let openBracket = UInt8(ascii: "[")
private let closeBracket = UInt8(ascii: "]")
private let quote = UInt8(ascii: "\"")
private let backslash = UInt8(ascii: "\\")

private let words = ["true".utf8, "false".utf8, "null".utf8]

/// The characters that may stand behind a backslash, and their bytes; `u` has its own reader.
private let escapes: [UInt8: UInt8] = Dictionary(
    uniqueKeysWithValues: zip("\"\\/bfnrtu".utf8, "\"\\/\u{8}\u{c}\n\r\tu".utf8))

extension UInt8 {
    fileprivate var isHexDigit: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x46, 0x61...0x66: true
        default: false
        }
    }

    /// Whether numbers and words are made of it.
    fileprivate var isInScalar: Bool {
        switch self {
        case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, UInt8(ascii: "+"), UInt8(ascii: "-"), UInt8(ascii: "."): true
        default: false
        }
    }
}
