/// SHA-256 of FIPS 180-4. It branches on the length of what is hashed and never on its content.
public struct SHA256 {
    /// The message is hashed in pieces of this many bytes.
    public static let blockBytes = 64

    private var state: InlineArray<8, UInt32> = [
        0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    /// What does not fill a block yet, in the first `restCount` bytes. Inline, so that hashing allocates nothing.
    private var rest = InlineArray<64, UInt8>(repeating: 0)
    private var restCount = 0
    private var length: UInt64 = 0

    /// A hash of nothing yet.
    public init() {}

    /// Takes more of the message.
    public mutating func update(_ bytes: UnsafeRawBufferPointer) {
        length += UInt64(bytes.count)
        var next = 0
        if restCount > 0 {
            next = min(bytes.count, Self.blockBytes - restCount)
            fill(UnsafeRawBufferPointer(rebasing: bytes[..<next]))
            guard restCount == Self.blockBytes else { return }
            compressRest()
        }
        while bytes.count - next >= Self.blockBytes {
            compress(UnsafeRawBufferPointer(rebasing: bytes[next..<(next + Self.blockBytes)]))
            next += Self.blockBytes
        }
        fill(UnsafeRawBufferPointer(rebasing: bytes[next...]))
    }

    private mutating func fill(_ bytes: UnsafeRawBufferPointer) {
        for byte in bytes {
            rest[restCount] = byte
            restCount += 1
        }
    }

    private mutating func compressRest() {
        let block = rest
        withUnsafeBytes(of: block) { compress($0) }
        restCount = 0
    }

    /// The eight words of the hash, most significant first; the end of the message.
    public consuming func words() -> InlineArray<8, UInt32> {
        let bits = length &* 8
        rest[restCount] = 0x80
        restCount += 1
        if restCount > Self.blockBytes - 8 {
            while restCount < Self.blockBytes { pad() }
            compressRest()
        }
        while restCount < Self.blockBytes - 8 { pad() }
        for index in 0..<8 { rest[Self.blockBytes - 8 + index] = UInt8(truncatingIfNeeded: bits >> (56 - 8 * index)) }
        compressRest()
        return state
    }

    private mutating func pad() {
        rest[restCount] = 0
        restCount += 1
    }

    /// The 32 bytes; the end of the message.
    public consuming func finalize() -> [UInt8] {
        let words = words()
        var digest: [UInt8] = []
        digest.reserveCapacity(32)
        for index in words.indices { withUnsafeBytes(of: words[index].bigEndian) { digest += $0 } }
        return digest
    }

    private mutating func compress(_ block: UnsafeRawBufferPointer) {
        var schedule = InlineArray<64, UInt32>(repeating: 0)
        for index in 0..<16 {
            schedule[index] = UInt32(bigEndian: block.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self))
        }
        for index in 16..<64 {
            let (early, late) = (schedule[index - 15], schedule[index - 2])
            let low = Self.rotated(early, 7) ^ Self.rotated(early, 18) ^ (early >> 3)
            let high = Self.rotated(late, 17) ^ Self.rotated(late, 19) ^ (late >> 10)
            schedule[index] = schedule[index - 16] &+ low &+ schedule[index - 7] &+ high
        }
        var (a, b, c, d) = (state[0], state[1], state[2], state[3])
        var (e, f, g, h) = (state[4], state[5], state[6], state[7])
        for index in 0..<64 {
            let high = Self.rotated(e, 6) ^ Self.rotated(e, 11) ^ Self.rotated(e, 25)
            let first = h &+ high &+ ((e & f) ^ (~e & g)) &+ Self.rounds[index] &+ schedule[index]
            let low = Self.rotated(a, 2) ^ Self.rotated(a, 13) ^ Self.rotated(a, 22)
            let second = low &+ ((a & b) ^ (a & c) ^ (b & c))
            (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
        }
        let worked: InlineArray<8, UInt32> = [a, b, c, d, e, f, g, h]
        for index in state.indices { state[index] &+= worked[index] }
    }

    private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 { word >> bits | word << (32 - bits) }

    /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
    private static let rounds: InlineArray<64, UInt32> = [
        0x428A_2F98, 0x7137_4491, 0xB5C0_FBCF, 0xE9B5_DBA5, 0x3956_C25B, 0x59F1_11F1, 0x923F_82A4, 0xAB1C_5ED5,
        0xD807_AA98, 0x1283_5B01, 0x2431_85BE, 0x550C_7DC3, 0x72BE_5D74, 0x80DE_B1FE, 0x9BDC_06A7, 0xC19B_F174,
        0xE49B_69C1, 0xEFBE_4786, 0x0FC1_9DC6, 0x240C_A1CC, 0x2DE9_2C6F, 0x4A74_84AA, 0x5CB0_A9DC, 0x76F9_88DA,
        0x983E_5152, 0xA831_C66D, 0xB003_27C8, 0xBF59_7FC7, 0xC6E0_0BF3, 0xD5A7_9147, 0x06CA_6351, 0x1429_2967,
        0x27B7_0A85, 0x2E1B_2138, 0x4D2C_6DFC, 0x5338_0D13, 0x650A_7354, 0x766A_0ABB, 0x81C2_C92E, 0x9272_2C85,
        0xA2BF_E8A1, 0xA81A_664B, 0xC24B_8B70, 0xC76C_51A3, 0xD192_E819, 0xD699_0624, 0xF40E_3585, 0x106A_A070,
        0x19A4_C116, 0x1E37_6C08, 0x2748_774C, 0x34B0_BCB5, 0x391C_0CB3, 0x4ED8_AA4A, 0x5B9C_CA4F, 0x682E_6FF3,
        0x748F_82EE, 0x78A5_636F, 0x84C8_7814, 0x8CC7_0208, 0x90BE_FFFA, 0xA450_6CEB, 0xBEF9_A3F7, 0xC671_78F2,
    ]
}
