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
        let count = DecimalDigits.write(UInt64(value.magnitude), to: next, room: room)
        next += count
        room &-= count
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
