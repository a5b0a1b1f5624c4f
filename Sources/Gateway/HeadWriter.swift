import Dialects
import NIOCore

/// Writes fields of a head into memory that was reserved for all of them at once.
///
/// A `ByteBuffer` looks at its room and its owners for every piece; this counts down the room that is left, and stops the
/// process where that is too little.
struct HeadWriter {
    private let base: UnsafeMutableRawPointer
    private let room: Int
    fileprivate private(set) var count = 0

    fileprivate init(_ memory: UnsafeMutableRawBufferPointer) {
        // Reserved for at least one byte, so there is an address.
        base = memory.baseAddress.unsafelyUnwrapped
        room = memory.count
    }

    @inline(__always)
    mutating func write(_ text: StaticString) { copy(text.utf8Start, text.utf8CodeUnitCount) }

    @inline(__always)
    mutating func write(_ bytes: UnsafeRawBufferPointer) {
        if let address = bytes.baseAddress { copy(address, bytes.count) }
    }

    @inline(__always)
    private mutating func copy(_ address: UnsafeRawPointer, _ length: Int) {
        precondition(length <= room &- count, "the head has no room left")
        (base + count).copyMemory(from: address, byteCount: length)
        count &+= length
    }

    @inline(__always)
    private mutating func write(byte: UInt8) {
        precondition(count < room, "the head has no room left")
        base.storeBytes(of: byte, toByteOffset: count, as: UInt8.self)
        count &+= 1
    }

    /// A whole number in decimal; 20 bytes at most.
    mutating func write(decimal number: Int) {
        if number < 0 { write(byte: UInt8(ascii: "-")) }
        let magnitude = number.magnitude
        // Most numbers of a head have one digit.
        if magnitude < 10 { return write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude)) }
        count &+= DecimalDigits.write(UInt64(magnitude), to: base + count, room: room &- count)
    }

    /// Milliseconds with three decimals, as in LiteLLM's timing headers; 0.000 for a negative time. 20 bytes at most.
    mutating func write(millisecondsOf nanoseconds: Int64) {
        let microseconds = max(0, nanoseconds) / 1000
        write(decimal: Int(microseconds / 1000))
        let fraction = Int(microseconds % 1000)
        write(byte: UInt8(ascii: "."))
        write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / 100))
        write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / 10 % 10))
        write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction % 10))
    }

    /// Seconds to the millisecond, without a zero at the end, as OpenAI writes a time to wait: `1.5s`, `0s`. 21 bytes at most.
    mutating func write(secondsOf nanoseconds: Int64) {
        let milliseconds = (max(0, nanoseconds) + 500_000) / 1_000_000
        write(decimal: Int(milliseconds / 1000))
        var (fraction, scale) = (Int(milliseconds % 1000), 100)
        if fraction > 0 { write(byte: UInt8(ascii: ".")) }
        while fraction > 0 {
            write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: fraction / scale))
            (fraction, scale) = (fraction % scale, scale / 10)
        }
        write(byte: UInt8(ascii: "s"))
    }
}

extension ByteBuffer {
    /// Appends what `body` writes, with one reservation for all of it.
    ///
    /// - Parameter room: at least 1, and as many bytes as `body` may write.
    @inline(__always)
    mutating func writeFields(atMost room: Int, _ body: (inout HeadWriter) -> Void) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: room) { memory in
            var writer = HeadWriter(memory)
            body(&writer)
            return writer.count
        }
    }
}
