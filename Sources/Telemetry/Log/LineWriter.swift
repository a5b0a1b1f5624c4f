/// Writes bytes one after another into memory that its maker knows to be large enough.
public struct LineWriter {
    @usableFromInline let base: UnsafeMutablePointer<UInt8>
    /// Bytes so far.
    public var count: Int

    /// Writes from `count` on.
    public init(_ base: UnsafeMutablePointer<UInt8>, count: Int = 0) {
        self.base = base
        self.count = count
    }

    /// Inline, since the copy of a text whose length is known is a few stores.
    @inlinable @inline(__always)
    public mutating func write(_ text: StaticString) {
        UnsafeMutableRawPointer(base + count).copyMemory(from: text.utf8Start, byteCount: text.utf8CodeUnitCount)
        count &+= text.utf8CodeUnitCount
    }

    /// Bytes as they are.
    @inlinable @inline(__always)
    public mutating func write(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        UnsafeMutableRawPointer(base + count).copyMemory(from: start, byteCount: bytes.count)
        count &+= bytes.count
    }

    /// Bytes as they are.
    @inlinable @inline(__always)
    public mutating func write(_ bytes: [UInt8]) { bytes.withUnsafeBytes { write($0) } }

    /// Bytes that were written before, once more.
    @inlinable @inline(__always)
    public mutating func write(again range: Range<Int>) {
        UnsafeMutableRawPointer(base + count).copyMemory(from: base + range.lowerBound, byteCount: range.count)
        count &+= range.count
    }

    /// One byte.
    @inlinable @inline(__always)
    public mutating func write(byte: UInt8) {
        base[count] = byte
        count &+= 1
    }

    /// A whole number.
    public mutating func write(decimal value: Int) {
        if value < 0 { write(byte: UInt8(ascii: "-")) }
        write(magnitude: UInt64(value.magnitude))
    }

    /// Exactly `width` digits, with zeros in front.
    public mutating func write(_ value: Int, width: Int) {
        var rest = UInt64(value)
        var position = count &+ width
        while position > count {
            position &-= 1
            base[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= width
    }

    /// A time as milliseconds with three decimals: `12.034`.
    public mutating func write(millisecondsOf nanoseconds: Int64) {
        let microseconds = (UInt64(max(0, nanoseconds)) + 500) / 1_000
        write(magnitude: microseconds / 1_000)
        write(byte: UInt8(ascii: "."))
        write(Int(microseconds % 1_000), width: 3)
    }

    /// An amount in picodollars as dollars, exactly: `0.0000775`; 0 where it is negative.
    public mutating func write(dollarsOf picodollars: Int64) {
        let amount = UInt64(max(0, picodollars))
        write(magnitude: amount / 1_000_000_000_000)
        var fraction = Int(amount % 1_000_000_000_000)
        guard fraction != 0 else { return }
        var width = 12
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        write(byte: UInt8(ascii: "."))
        write(fraction, width: width)
    }

    /// A number from 0 to 9.2e9 with up to nine decimals; anything else is written as 0.
    public mutating func write(_ value: Double, decimals: Int) {
        guard value > 0, value < 9.2e9 else { return write(byte: UInt8(ascii: "0")) }
        var scale = 1
        for _ in 0..<decimals { scale *= 10 }
        let scaled = Int((value * Double(scale)).rounded())
        write(magnitude: UInt64(scaled / scale))
        var fraction = scaled % scale
        guard fraction != 0 else { return }
        var width = decimals
        while fraction % 10 == 0 {
            fraction /= 10
            width -= 1
        }
        write(byte: UInt8(ascii: "."))
        write(fraction, width: width)
    }

    private mutating func write(magnitude: UInt64) {
        // Most numbers of a line have one digit.
        if magnitude < 10 { return write(byte: UInt8(ascii: "0") + UInt8(truncatingIfNeeded: magnitude)) }
        var digits = 2
        var bound: UInt64 = 100
        while magnitude >= bound {
            digits &+= 1
            // 64 bits have 20 digits at most.
            if digits == 20 { break }
            bound &*= 10
        }
        var rest = magnitude
        var position = count &+ digits
        while position > count {
            position &-= 1
            base[position] = UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10)
            rest /= 10
        }
        count &+= digits
    }
}
