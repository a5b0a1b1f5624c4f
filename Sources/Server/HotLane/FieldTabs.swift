import NIOCore

/// Makes every tab in the fields of a head a space, which means the same there (RFC 9110, 5.5): the full parser takes
/// only spaces around a length or a coding.
///
/// The length stays, so framing does too. Nothing is touched before a line that ends as a request line does, since what
/// comes could be the rest of a head or a body whose beginning came with the request before it.
struct FieldTabs {
    private enum Place {
        /// Before the request line, or in it: its last eight bytes, 0 before the first.
        case requestLine(tail: UInt64)
        /// In the fields. A line with nothing but a carriage return is the end of them.
        case fields(isEmpty: Bool)
        case behind
    }

    private var place = Place.requestLine(tail: 0)

    /// Looks at the next bytes of a head, and of what comes behind it.
    mutating func replace(in bytes: inout ByteBuffer) {
        var tabs: [Int] = []
        bytes.withUnsafeReadableBytes { raw in
            for (index, byte) in raw.enumerated() {
                switch (place, byte) {
                case (.behind, _): return
                case (.requestLine(0), 0x0A), (_, 0x0D): break
                case (.requestLine(let tail), 0x0A):
                    place = Self.isVersion(tail) ? .fields(isEmpty: true) : .behind
                case (.fields(true), 0x0A): place = .behind
                case (.fields, 0x0A): place = .fields(isEmpty: true)
                case (.requestLine(let tail), _): place = .requestLine(tail: tail << 8 | UInt64(byte))
                case (.fields, _):
                    if byte == 0x09 { tabs.append(index) }
                    place = .fields(isEmpty: false)
                }
            }
        }
        for index in tabs { bytes.setInteger(UInt8(ascii: " "), at: bytes.readerIndex + index) }
    }

    /// `HTTP/1.0` or `HTTP/1.1`.
    private static func isVersion(_ tail: UInt64) -> Bool { tail & ~1 == 0x4854_5450_2F31_2E30 }
}
