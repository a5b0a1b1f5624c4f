import NIOCore

/// Makes every tab in the fields of a head a space, which means the same there (RFC 9110, 5.5): the full parser takes
/// only spaces around a length or a coding.
///
/// The length stays, so framing does too. A tab in the request line stays, since it is none of these.
struct FieldTabs {
    private enum Place {
        /// Before the request line, or in it.
        case requestLine(isEmpty: Bool)
        /// In the fields. A line with nothing but a carriage return is the end of them.
        case fields(isEmpty: Bool)
        case behind
    }

    private var place = Place.requestLine(isEmpty: true)

    /// Looks at the next bytes of a head, and of what comes behind it.
    mutating func replace(in bytes: inout ByteBuffer) {
        var tabs: [Int] = []
        bytes.withUnsafeReadableBytes { raw in
            for (index, byte) in raw.enumerated() {
                switch (place, byte) {
                case (.behind, _): return
                case (.requestLine(let isEmpty), 0x0A): place = isEmpty ? place : .fields(isEmpty: true)
                case (.fields(true), 0x0A): place = .behind
                case (.fields, 0x0A): place = .fields(isEmpty: true)
                case (_, 0x0D): break
                case (.requestLine, _): place = .requestLine(isEmpty: false)
                case (.fields, _):
                    if byte == 0x09 { tabs.append(index) }
                    place = .fields(isEmpty: false)
                }
            }
        }
        for index in tabs { bytes.setInteger(UInt8(ascii: " "), at: bytes.readerIndex + index) }
    }
}
