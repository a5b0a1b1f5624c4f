import Ledger

extension KeyHash {
    /// The 32 bytes, as a column has them.
    var bytes: [UInt8] {
        Array(unsafeUninitializedCapacity: 32) { bytes, count in
            let bytes = UnsafeMutableRawBufferPointer(bytes)
            for index in 0..<4 {
                bytes.storeBytes(of: words[index].bigEndian, toByteOffset: 8 * index, as: UInt64.self)
            }
            count = 32
        }
    }

    /// Reads 32 bytes; nil for any other number.
    init?(bytes: [UInt8]) {
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
