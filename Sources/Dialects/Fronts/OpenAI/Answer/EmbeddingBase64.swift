import NIOCore

/// A vector in the compact form that OpenAI's own clients ask for: 32-bit little-endian floats in base64.
enum EmbeddingBase64 {
    /// Writes the JSON array of numbers at hand as a JSON string; what is no number counts as zero.
    static func write(_ row: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        guard row.first == 0x5b else {
            out.writeStaticString("\"\"")
            return
        }
        var floats: [UInt8] = []
        floats.reserveCapacity(row.count / 2)
        row.forEachElement(of: JSONSlice(from: 0, to: row.count)) { element in
            let bits = Float(JSONNumber.double(row[element]) ?? 0).bitPattern.littleEndian
            withUnsafeBytes(of: bits) { floats.append(contentsOf: $0) }
        }
        out.writeInteger(0x22 as UInt8)
        floats.withUnsafeBytes { writeBase64($0, into: &out) }
        out.writeInteger(0x22 as UInt8)
    }

    private static let letters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    /// Whether it is what ``writeBase64(_:into:)`` may have written; nothing at all is not.
    static func isBase64(_ text: [UInt8]) -> Bool {
        guard !text.isEmpty, text.count % 4 == 0 else { return false }
        let padding = text.suffix(2).reversed().prefix { $0 == 0x3d }.count
        return text.dropLast(padding).allSatisfy { letters.contains($0) }
    }

    static func writeBase64(_ bytes: UnsafeRawBufferPointer, into out: inout ByteBuffer) {
        let count = (bytes.count + 2) / 3 * 4
        out.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { target in
            var i = 0
            var o = 0
            while i < bytes.count {
                let left = bytes.count - i
                let a = UInt32(bytes[i]) << 16
                let b = left > 1 ? UInt32(bytes[i + 1]) << 8 : 0
                let c = left > 2 ? UInt32(bytes[i + 2]) : 0
                let word = a | b | c
                target[o] = letters[Int(word >> 18)]
                target[o + 1] = letters[Int(word >> 12 & 63)]
                target[o + 2] = left > 1 ? letters[Int(word >> 6 & 63)] : 0x3d
                target[o + 3] = left > 2 ? letters[Int(word & 63)] : 0x3d
                i += 3
                o += 4
            }
            return count
        }
    }
}
