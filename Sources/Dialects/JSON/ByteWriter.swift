import NIOCore

/// Writes pieces one behind the other into room that a buffer has made once: a write to a `ByteBuffer` costs some two
/// hundred instructions whatever its size, and one here costs the copy. More than the room is a trap, never an overrun.
struct ByteWriter {
    private var next: UnsafeMutableRawPointer
    private var room: Int

    @inline(__always)
    init(_ bytes: UnsafeMutableRawBufferPointer) {
        next = bytes.baseAddress.unsafelyUnwrapped
        room = bytes.count
    }

    /// Bytes of room left.
    @inline(__always)
    var left: Int { room }

    @inline(__always)
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let address = bytes.baseAddress else { return }
        copy(address, bytes.count)
    }

    @inline(__always)
    mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    @inline(__always)
    mutating func write(_ text: StaticString) { copy(text.utf8Start, text.utf8CodeUnitCount) }

    @inline(__always)
    mutating func write(byte: UInt8) {
        precondition(room > 0, "the writer has no room left")
        next.storeBytes(of: byte, as: UInt8.self)
        next += 1
        room &-= 1
    }

    @inline(__always)
    private mutating func copy(_ address: UnsafeRawPointer, _ count: Int) {
        precondition(count <= room, "the writer has no room left")
        next.copyMemory(from: address, byteCount: count)
        next += count
        room &-= count
    }

    /// A whole number in decimal.
    mutating func write(decimal value: Int) {
        if value < 0 { write(byte: 0x2d) }
        var rest = value.magnitude
        var digits = 1
        var bound: UInt = 10
        // 64 bits have 20 digits at most.
        while rest >= bound, digits < 20 {
            digits &+= 1
            bound &*= 10
        }
        precondition(digits <= room, "the writer has no room left")
        var place = digits
        while place > 0 {
            place &-= 1
            next.storeBytes(of: 0x30 &+ UInt8(truncatingIfNeeded: rest % 10), toByteOffset: place, as: UInt8.self)
            rest /= 10
        }
        next += digits
        room &-= digits
    }

    /// 16 hexadecimal digits.
    mutating func write(hex value: UInt64) {
        precondition(room >= 16, "the writer has no room left")
        for place in 0..<16 {
            let digit = UInt8(truncatingIfNeeded: value &>> UInt64(60 &- place &* 4)) & 15
            next.storeBytes(of: JSONString.hexLetter(digit), toByteOffset: place, as: UInt8.self)
        }
        next += 16
        room &-= 16
    }
}

extension ByteBuffer {
    /// Makes room for so many bytes and lets them, or fewer, be written; on a throw nothing is.
    @inline(__always)
    mutating func compose<Fault: Error>(
        atMost count: Int, _ body: (inout ByteWriter) throws(Fault) -> Void
    ) throws(Fault) {
        try writeWithUnsafeMutableBytes(minimumWritableBytes: count) { bytes throws(Fault) in
            var writer = ByteWriter(bytes)
            try body(&writer)
            return bytes.count - writer.left
        }
    }
}
