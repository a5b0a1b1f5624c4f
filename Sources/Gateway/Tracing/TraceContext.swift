/// A place in a trace: which trace, and which span of it (W3C Trace Context, level 2, `traceparent`).
public struct TraceContext: Sendable, Equatable {
    /// The trace's first 64 bits.
    public var high: UInt64
    /// The trace's last 64 bits.
    public var low: UInt64
    /// The span.
    public var span: UInt64
    /// Whether the trace is kept.
    public var isSampled: Bool

    /// A place with these values.
    public init(high: UInt64, low: UInt64, span: UInt64, isSampled: Bool) {
        self.high = high
        self.low = low
        self.span = span
        self.isSampled = isSampled
    }

    /// How many bytes a `traceparent` of version 00 has.
    public static let width = 55

    /// Reads the value of a `traceparent`; nil where it breaks the rules, and then there is no parent.
    ///
    /// Version ff and ids of zeros are invalid, digits are in lower case, version 00 ends where it ends, and of a later
    /// version only the fields of 00 are read, which end with the value or before a dash.
    public init?(traceparent bytes: UnsafeRawBufferPointer) {
        let dash = UInt8(ascii: "-")
        guard bytes.count >= Self.width, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
            let version = Self.hex(bytes, 0..<2), version != 0xff,
            bytes.count == Self.width || (version != 0 && bytes[Self.width] == dash),
            let high = Self.hex(bytes, 3..<19), let low = Self.hex(bytes, 19..<35), high | low != 0,
            let span = Self.hex(bytes, 36..<52), span != 0, let flags = Self.hex(bytes, 53..<55)
        else { return nil }
        self.init(high: high, low: low, span: span, isSampled: flags & 1 == 1)
    }

    private static func hex(_ bytes: UnsafeRawBufferPointer, _ range: Range<Int>) -> UInt64? {
        var value: UInt64 = 0
        for index in range {
            let digit: UInt8
            switch bytes[index] {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = bytes[index] - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = bytes[index] - UInt8(ascii: "a") + 10
            default: return nil
            }
            value = value << 4 | UInt64(digit)
        }
        return value
    }

    /// The value of a `traceparent` that says this place.
    public var traceparent: String {
        "00-\(Self.digits(high))\(Self.digits(low))-\(Self.digits(span))-\(isSampled ? "01" : "00")"
    }

    /// The trace's 32 digits.
    public var trace: String { Self.digits(high) + Self.digits(low) }

    private static func digits(_ number: UInt64) -> String {
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.count) + text
    }
}
