import Ledger

extension KeyHash {
    /// The 32 bytes, as a column has them.
    var bytes: [UInt8] {
        words.indices.flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: words[word] >> (56 - 8 * $0)) } }
    }

    /// Reads 32 bytes; nil for any other number.
    init?(bytes: UnsafeRawBufferPointer) {
        guard bytes.count == 32 else { return nil }
        var hex = ""
        hex.reserveCapacity(64)
        for byte in bytes {
            for digit in [byte >> 4, byte & 15] {
                hex.unicodeScalars.append(Unicode.Scalar(digit < 10 ? 0x30 + digit : 0x57 + digit))
            }
        }
        self.init(hex: hex)
    }
}
