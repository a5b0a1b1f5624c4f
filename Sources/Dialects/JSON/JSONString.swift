import NIOCore

/// The way into and out of JSON strings.
enum JSONString {
    /// Decodes the inside of a valid JSON string (between the quotes) to UTF-8. A surrogate escape without its other
    /// half becomes U+FFFD, as in Ollama.
    static func unescape(_ raw: UnsafeRawBufferPointer, into write: (UnsafeRawBufferPointer) -> Void) {
        guard let address = raw.baseAddress else { return }
        let p = address.assumingMemoryBound(to: UInt8.self)
        let end = raw.count
        var i = 0
        while i < end {
            let run = JSONScanner.firstOffset(of: 0x5c, p, i, end)
            if run > i { write(UnsafeRawBufferPointer(start: p + i, count: run - i)) }
            guard run + 1 < end else { return }
            i = run + 2
            var scalar: UInt32
            switch p[run + 1] {
            case 0x62: scalar = 0x08
            case 0x66: scalar = 0x0c
            case 0x6e: scalar = 0x0a
            case 0x72: scalar = 0x0d
            case 0x74: scalar = 0x09
            case 0x75 where run + 6 <= end:
                scalar = UInt32(bitPattern: JSONScanner.hexQuad(p + run + 2))
                i = run + 6
                if scalar & 0xfc00 == 0xd800, i + 6 <= end, p[i] == 0x5c, p[i + 1] == 0x75 {
                    let low = UInt32(bitPattern: JSONScanner.hexQuad(p + i + 2))
                    if low & 0xffff_fc00 == 0xdc00 {
                        scalar = 0x10000 + (scalar & 0x3ff) << 10 + low & 0x3ff
                        i += 6
                    }
                }
            default: scalar = UInt32(p[run + 1])
            }
            let character = Unicode.Scalar(scalar) ?? "\u{fffd}"
            var encoded: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
            withUnsafeMutableBytes(of: &encoded) { bytes in
                var count = 0
                for unit in UTF8.encode(character).unsafelyUnwrapped {
                    bytes[count] = unit
                    count += 1
                }
                write(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
            }
        }
    }

    /// The decoded inside of a valid JSON string.
    static func decode(_ raw: UnsafeRawBufferPointer) -> String {
        if !raw.contains(0x5c) { return String(decoding: raw, as: UTF8.self) }
        var bytes: [UInt8] = []
        unescape(raw) { bytes.append(contentsOf: $0) }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// The object that the inside of a JSON string holds; an empty one for nothing, nil for anything else.
    static func object(inside text: UnsafeRawBufferPointer) -> [UInt8]? {
        var json: [UInt8] = []
        unescape(text) { json.append(contentsOf: $0) }
        guard let first = json.first(where: { $0 > 0x20 }) else { return Array("{}".utf8) }
        return first == 0x7b && json.withUnsafeBytes { JSONScanner.isValid($0) } ? json : nil
    }

    /// Whether the inside of a valid JSON string holds no JSON value but `null`: models write nothing, white space or `null`
    /// as the arguments of a call that has none.
    static func saysNothing(_ raw: UnsafeRawBufferPointer) -> Bool {
        var rest = raw[...]
        func skipSpace() {
            while let byte = rest.first {
                if byte == 0x20 {
                    rest = rest.dropFirst()
                } else if byte == 0x5c, let letter = rest.dropFirst().first, [0x6e, 0x72, 0x74].contains(letter) {
                    rest = rest.dropFirst(2)
                } else {
                    return
                }
            }
        }
        skipSpace()
        if rest.starts(with: [0x6e, 0x75, 0x6c, 0x6c]) { rest = rest.dropFirst(4) }
        skipSpace()
        return rest.isEmpty
    }

    /// The escape that must stand for a byte inside a JSON string; nil when the byte stands for itself.
    @inline(__always)
    static func escape(_ byte: UInt8) -> StaticString? {
        switch byte {
        case 0x22: "\\\""
        case 0x5c: "\\\\"
        case 0x0a: "\\n"
        case 0x0d: "\\r"
        case 0x09: "\\t"
        case 0x08: "\\b"
        case 0x0c: "\\f"
        default: nil
        }
    }

    /// Appends text as a JSON string, quotes included.
    static func appendQuoted(_ text: some Sequence<UInt8>, to bytes: inout [UInt8]) {
        bytes.append(0x22)
        for byte in text {
            if let escaped = escape(byte) {
                bytes.append(
                    contentsOf: UnsafeBufferPointer(start: escaped.utf8Start, count: escaped.utf8CodeUnitCount))
            } else if byte < 0x20 {
                bytes.append(contentsOf: [0x5c, 0x75, 0x30, 0x30, byte < 0x10 ? 0x30 : 0x31, hexLetter(byte & 15)])
            } else {
                bytes.append(byte)
            }
        }
        bytes.append(0x22)
    }

    @inline(__always)
    static func hexLetter(_ digit: UInt8) -> UInt8 { digit < 10 ? 0x30 &+ digit : 0x57 &+ digit }
}

extension ByteBuffer {
    /// Writes bytes as the inside of a JSON string, without quotes.
    mutating func writeEscaped(_ text: UnsafeRawBufferPointer) {
        guard let address = text.baseAddress else { return }
        let p = address.assumingMemoryBound(to: UInt8.self)
        let end = text.count
        var i = 0
        while i < end {
            let run = JSONScanner.endOfPlainRun(p, i, end)
            if run > i { writeBytes(UnsafeRawBufferPointer(start: p + i, count: run - i)) }
            guard run < end else { return }
            if let escaped = JSONString.escape(p[run]) {
                writeStaticString(escaped)
            } else {
                writeStaticString("\\u00")
                writeInteger(p[run] < 0x10 ? 0x30 : 0x31 as UInt8)
                writeInteger(JSONString.hexLetter(p[run] & 15))
            }
            i = run + 1
        }
    }

    /// Writes text as a JSON string, quotes included.
    mutating func writeQuoted(_ text: String) {
        writeInteger(0x22 as UInt8)
        var text = text
        text.withUTF8 { writeEscaped(UnsafeRawBufferPointer($0)) }
        writeInteger(0x22 as UInt8)
    }

    /// Writes a whole number in decimal.
    mutating func writeDecimal(_ value: Int) { compose(atMost: 24) { $0.write(decimal: value) } }

    /// Writes 16 hexadecimal digits.
    mutating func writeHex(_ value: UInt64) { compose(atMost: 16) { $0.write(hex: value) } }
}
