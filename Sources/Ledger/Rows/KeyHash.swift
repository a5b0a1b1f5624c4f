import Hashing

/// The SHA-256 of a whole key, `sk-` included: all that is kept of one, and its name in the API (`token`), as at LiteLLM.
public struct KeyHash: Hashable, Sendable {
    /// The 32 bytes, eight to a word, most significant first.
    public let words: InlineArray<4, UInt64>

    /// Hashes a key.
    public init(of key: UnsafeRawBufferPointer) {
        var hash = SHA256()
        hash.update(key)
        let halves = hash.words()
        words = InlineArray { UInt64(halves[$0 * 2]) << 32 | UInt64(halves[$0 * 2 + 1]) }
    }

    /// Reads 64 hexadecimal digits, in either case; nil for anything else.
    public init?(hex: String) {
        let digits = Array(hex.utf8)
        guard digits.count == 64, digits.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }) else { return nil }
        var words = InlineArray<4, UInt64>(repeating: 0)
        for (index, digit) in digits.enumerated() {
            let value = Character(UnicodeScalar(digit)).hexDigitValue ?? 0
            words[index / 16] = words[index / 16] << 4 | UInt64(value)
        }
        self.words = words
    }

    /// 64 digits in lower case.
    public var hex: String {
        words.indices.map { index in
            let digits = String(words[index], radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }

    /// Whether both are the same.
    public static func == (left: KeyHash, right: KeyHash) -> Bool {
        var difference: UInt64 = 0
        for index in left.words.indices { difference |= left.words[index] ^ right.words[index] }
        return difference == 0
    }

    /// One word is as good as all: they are by chance.
    public func hash(into hasher: inout Hasher) { hasher.combine(words[0]) }
}

/// As 64 hexadecimal digits.
extension KeyHash: Codable {
    /// Reads what `encode` writes.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = KeyHash(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
        }
        self = hash
    }

    /// Writes it as a single value.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
