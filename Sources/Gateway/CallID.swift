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
        var position = 0
        for nibble in 0..<32 {
            if position == 8 || position == 13 || position == 18 || position == 23 {
                storage[position] = UInt8(ascii: "-")
                position += 1
            }
            let half = nibble < 16 ? high : low
            let value = UInt8(truncatingIfNeeded: half >> UInt64(60 - 4 * (nibble & 15))) & 15
            storage[position] = value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") - 10 + value
            position += 1
        }
    }

    /// The client's own id, or `nil` when it is empty, longer than 64 bytes, or holds anything that would have to be
    /// escaped in a header or in JSON (controls, quotes, backslashes, bytes above 126).
    public init?(_ bytes: UnsafeRawBufferPointer) {
        guard !bytes.isEmpty, bytes.count <= Self.capacity else { return nil }
        count = bytes.count
        for (index, byte) in bytes.enumerated() {
            guard byte > 32, byte < 127, byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\") else { return nil }
            storage[index] = byte
        }
    }

    /// A number that stands for the id where keeping it would cost: FNV-1a over its bytes.
    public var hashed: UInt64 {
        withBytes { $0.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 } }
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
