/// A fast 64-bit hash of bytes, eight at a time: each pair of words is multiplied and the halves of the product are folded.
///
/// Good at telling texts apart, no match for an attacker who wants two to collide: only predictions may depend on it.
public struct ByteHash: Sendable {
    /// The hash of all bytes so far.
    public private(set) var value: UInt64

    // Digits of π, as in wyhash and its kin: odd, with about as many ones as zeros.
    private static let first: UInt64 = 0x243f_6a88_85a3_08d3
    private static let second: UInt64 = 0x1319_8a2e_0370_7345

    /// Of no bytes; another seed gives other hashes.
    public init(seed: UInt64 = 0) { value = seed ^ Self.second }

    /// Adds bytes. Two parts hash differently from one whole, unless the first is a multiple of sixteen long.
    @inline(__always)
    public mutating func add(_ bytes: UnsafeRawBufferPointer) {
        guard let start = bytes.baseAddress else { return }
        var offset = 0
        while offset &+ 16 <= bytes.count {
            mix(
                start.loadUnaligned(fromByteOffset: offset, as: UInt64.self),
                start.loadUnaligned(fromByteOffset: offset &+ 8, as: UInt64.self))
            offset &+= 16
        }
        guard offset < bytes.count else { return }
        var tail: (UInt64, UInt64) = (0, 0)
        for place in offset..<bytes.count {
            let byte = UInt64(bytes[place]) << UInt64((place & 7) * 8)
            if place &- offset < 8 { tail.0 |= byte } else { tail.1 |= byte }
        }
        // With the length, so that zeros at the end count.
        mix(tail.0 ^ UInt64(truncatingIfNeeded: bytes.count) << 56, tail.1)
    }

    /// The hash is added too, so that a product of zero does not wipe out what came before.
    @inline(__always)
    private mutating func mix(_ left: UInt64, _ right: UInt64) {
        let product = (left ^ Self.first).multipliedFullWidth(by: right ^ value)
        value = (product.high ^ product.low) &+ value
    }
}
