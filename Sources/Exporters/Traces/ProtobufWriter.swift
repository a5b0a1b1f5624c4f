/// Writes protobuf's wire format into memory that its maker knows to be large enough.
struct ProtobufWriter {
    private let base: UnsafeMutablePointer<UInt8>
    private(set) var count = 0

    init(_ base: UnsafeMutablePointer<UInt8>) { self.base = base }

    /// The first byte of a field: its number, below 16, and the kind of its value.
    enum Kind: UInt8 {
        case varint = 0
        case fixed64 = 1
        case bytes = 2
    }

    @inline(__always)
    mutating func tag(_ field: UInt8, _ kind: Kind) { byte(field << 3 | kind.rawValue) }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        base[count] = value
        count &+= 1
    }

    @inline(__always)
    mutating func varint(_ value: UInt64) {
        var rest = value
        while rest >= 0x80 {
            byte(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        byte(UInt8(truncatingIfNeeded: rest))
    }

    /// Eight bytes from the lowest on, as numbers are written.
    @inline(__always)
    mutating func fixed64(_ field: UInt8, _ value: UInt64) {
        tag(field, .fixed64)
        store(value.littleEndian)
    }

    /// Eight bytes from the highest on, as ids are written.
    @inline(__always)
    mutating func id(_ value: UInt64) { store(value.bigEndian) }

    @inline(__always)
    private mutating func store(_ word: UInt64) {
        UnsafeMutableRawPointer(base + count).storeBytes(of: word, as: UInt64.self)
        count &+= 8
    }

    @inline(__always)
    mutating func raw(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: bytes.count)
        count &+= bytes.count
    }

    @inline(__always)
    mutating func raw(_ text: StaticString) {
        UnsafeMutableRawPointer(base + count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        count &+= text.utf8CodeUnitCount
    }

    mutating func raw(_ bytes: [UInt8]) { bytes.withUnsafeBytes { raw($0) } }

    /// Begins a message of up to 256 MB; `close` writes its length into the four bytes that are left for it, which a varint may
    /// have however small it is.
    @inline(__always)
    mutating func open(_ field: UInt8) -> Int {
        tag(field, .bytes)
        count &+= 4
        return count
    }

    @inline(__always)
    mutating func close(_ start: Int) {
        var rest = count &- start
        for index in 0..<4 {
            base[start &- 4 &+ index] = UInt8(truncatingIfNeeded: rest & 0x7F) | (index < 3 ? 0x80 : 0)
            rest >>= 7
        }
    }

    static func length(ofVarint value: UInt64) -> Int { max(1, (70 - value.leadingZeroBitCount) / 7) }
}

/// `SpanKind`.
enum SpanKind: UInt8 {
    case inside = 1
    case server = 2
    case client = 3
}

/// Parts of a span.
extension ProtobufWriter {
    /// Its name and its kind.
    mutating func name(_ text: [UInt8], _ kind: SpanKind) {
        tag(5, .bytes)
        varint(UInt64(text.count))
        raw(text)
        tag(6, .varint)
        byte(kind.rawValue)
    }

    /// The same of a short name.
    @inline(__always)
    mutating func name(_ text: StaticString, _ kind: SpanKind) {
        tag(5, .bytes)
        varint(UInt64(text.utf8CodeUnitCount))
        raw(text)
        tag(6, .varint)
        byte(kind.rawValue)
    }
}

/// `KeyValue`s, which are field 9 of a span and 1 of a resource.
extension ProtobufWriter {
    @inline(__always)
    mutating func attribute(_ key: StaticString, _ value: Int, in field: UInt8 = 9) {
        let number = UInt64(bitPattern: Int64(value))
        let length = 1 + Self.length(ofVarint: number)
        begin(key, length, in: field)
        tag(3, .varint)
        varint(number)
    }

    @inline(__always)
    mutating func attribute(_ key: StaticString, _ value: Double, in field: UInt8 = 9) {
        begin(key, 9, in: field)
        fixed64(4, value.bitPattern)
    }

    @inline(__always)
    mutating func attribute(_ key: StaticString, _ value: Bool, in field: UInt8 = 9) {
        begin(key, 2, in: field)
        tag(2, .varint)
        byte(value ? 1 : 0)
    }

    @inline(__always)
    mutating func attribute(_ key: StaticString, _ value: UnsafeRawBufferPointer, in field: UInt8 = 9) {
        let length = 1 + Self.length(ofVarint: UInt64(value.count)) + value.count
        begin(key, length, in: field)
        tag(1, .bytes)
        varint(UInt64(value.count))
        raw(value)
    }

    @inline(__always)
    mutating func attribute(_ key: StaticString, _ value: StaticString, in field: UInt8 = 9) {
        attribute(key, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount), in: field)
    }

    mutating func attribute(_ key: StaticString, _ value: [UInt8], in field: UInt8 = 9) {
        value.withUnsafeBytes { attribute(key, $0, in: field) }
    }

    /// The head of a `KeyValue` whose `AnyValue` has so many bytes.
    @inline(__always)
    private mutating func begin(_ key: StaticString, _ length: Int, in field: UInt8) {
        let size = key.utf8CodeUnitCount
        let valueLength = Self.length(ofVarint: UInt64(length))
        tag(field, .bytes)
        varint(UInt64(1 + Self.length(ofVarint: UInt64(size)) + size + 1 + valueLength + length))
        tag(1, .bytes)
        varint(UInt64(size))
        raw(key)
        tag(2, .bytes)
        varint(UInt64(length))
    }
}
