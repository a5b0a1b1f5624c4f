import Dialects

/// The name of one request in headers and logs: 1 to 64 printable ASCII bytes, held inline so that it costs no allocation.
///
/// Either made here (36 bytes, a version 4 UUID) or the client's own `x-litellm-call-id`, when that is short and plain.
public struct CallID: Sendable {
    /// The most bytes a call id may have.
    public static let capacity = 64

    @usableFromInline var storage = InlineArray<64, UInt8>(repeating: 0)
    /// How many bytes the id has, 1 to 64.
    public private(set) var count: Int

    /// A random version 4 UUID in lower-case hexadecimal with dashes.
    public init(random: inout some RandomNumberGenerator) {
        let version: UInt64 = 0x4000
        let variant: UInt64 = 0x8000_0000_0000_0000
        self.init(
            high: random.next() & ~0xf000 | version,
            low: random.next() & ~0xc000_0000_0000_0000 | variant)
    }

    /// The UUID with these 128 bits, as they are.
    public init(high: UInt64, low: UInt64) {
        count = 36
        let second = Self.digits(UInt32(truncatingIfNeeded: high))
        let third = Self.digits(UInt32(truncatingIfNeeded: low >> 32))
        withUnsafeMutableBytes(of: &storage) { bytes in
            bytes.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: high >> 32)), toByteOffset: 0, as: UInt64.self)
            bytes.storeBytes(of: UInt32(truncatingIfNeeded: second), toByteOffset: 9, as: UInt32.self)
            bytes.storeBytes(of: UInt32(truncatingIfNeeded: second >> 32), toByteOffset: 14, as: UInt32.self)
            bytes.storeBytes(of: UInt32(truncatingIfNeeded: third), toByteOffset: 19, as: UInt32.self)
            bytes.storeBytes(of: UInt32(truncatingIfNeeded: third >> 32), toByteOffset: 24, as: UInt32.self)
            bytes.storeBytes(of: Self.digits(UInt32(truncatingIfNeeded: low)), toByteOffset: 28, as: UInt64.self)
            bytes[8] = UInt8(ascii: "-")
            bytes[13] = UInt8(ascii: "-")
            bytes[18] = UInt8(ascii: "-")
            bytes[23] = UInt8(ascii: "-")
        }
    }

    /// Eight hexadecimal digits, the first in the lowest byte, made all at once.
    @inline(__always)
    static func digits(_ number: UInt32) -> UInt64 {
        var word = UInt64(number)
        word = (word | word << 16) & 0x0000_FFFF_0000_FFFF
        word = (word | word << 8) & 0x00FF_00FF_00FF_00FF
        word = (word | word << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // 1 in each byte that holds 10 or more: a letter, 39 behind the digits.
        let letters = (word &+ 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return (word &+ 0x3030_3030_3030_3030 &+ letters &* 39).byteSwapped
    }

    /// The client's own id, or `nil` when it is empty, longer than 64 bytes, or holds anything that would have to be
    /// escaped in a header or in JSON (controls, quotes, backslashes, bytes above 126), or a key, which no log shows.
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count <= Self.capacity, !KeyInText.isPart(of: bytes) else { return nil }
        count = bytes.count
        for (index, byte) in bytes.enumerated() {
            guard byte > 32, byte < 127, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return nil }
            storage[index] = byte
        }
    }

    /// A number that stands for the id where keeping it would cost: FNV-1a over its bytes, eight at a time. Behind the id the
    /// storage is zero, which no byte of an id is.
    public var hashed: UInt64 {
        withUnsafeBytes(of: storage) { bytes in
            var hash: UInt64 = 0xcbf2_9ce4_8422_2325
            var offset = 0
            while offset < count {
                let word = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
                hash = (hash ^ word) &* 0x100_0000_01b3
                // A product carries upwards only.
                hash ^= hash &>> 29
                offset &+= 8
            }
            return hash
        }
    }

    /// Lends the bytes of the id.
    @inlinable
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
        withUnsafeBytes(of: storage) { body(UnsafeRawBufferPointer(rebasing: $0.prefix(count))) }
    }
}

extension CallID: CustomStringConvertible {
    /// The id as text.
    public var description: String { withBytes { String(decoding: $0, as: UTF8.self) } }
}
