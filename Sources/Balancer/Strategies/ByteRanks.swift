/// Eight small counts, a byte each, that can be asked where the n-th of all that they count is. Without branches: where it
/// is cannot be foreseen.
struct ByteRanks {
    private static let ones: UInt64 = 0x0101_0101_0101_0101
    private static let highBits: UInt64 = 0x8080_8080_8080_8080

    /// In byte i: the sum of the counts 0...i.
    private let upTo: UInt64

    /// Count i in byte i; together below 128.
    @inline(__always)
    init(_ counts: UInt64) {
        upTo = counts &* Self.ones
    }

    /// Each lane that is set counts as one.
    @inline(__always)
    init(_ mask: SIMDMask<SIMD8<Int64>>) {
        let counts = SIMD8<Int64>().replacing(with: SIMD8<Int64>(repeating: 1), where: mask)
        self.init(UInt64(littleEndian: unsafeBitCast(SIMD8<UInt8>(truncatingIfNeeded: counts), to: UInt64.self)))
    }

    /// What all count together.
    @inline(__always)
    var total: Int { Int(truncatingIfNeeded: upTo >> 56) }

    /// The byte that counts the one that has `number` others before it; `number` is from 0 and below `total`.
    @inline(__always)
    func position(of number: Int) -> Int {
        // The bytes whose sum is at most `number` keep their high bit.
        let before = ((UInt64(truncatingIfNeeded: number) &* Self.ones | Self.highBits) &- upTo) & Self.highBits
        return Int(truncatingIfNeeded: ((before >> 7) &* Self.ones) >> 56)
    }

    /// What the bytes before this one count.
    @inline(__always)
    func sum(before position: Int) -> Int {
        Int(truncatingIfNeeded: (upTo << 8) &>> UInt64(truncatingIfNeeded: position &<< 3) & 0xFF)
    }
}
