/// Percent-encoding as AWS's signatures demand it: every byte but letters, digits, `-`, `.`, `_` and `~`.
enum AmazonURI {
    /// A name as one segment of a path: `/` and `:` are encoded too.
    static func segment(_ text: String) -> String { encode(text, keepsSlashes: false) }

    /// A path as it stands in a request, encoded once more for the signature: all services but S3 want it twice.
    static func canonical(path: String) -> String { path.isEmpty ? "/" : encode(path, keepsSlashes: true) }

    private static func encode(_ text: String, keepsSlashes: Bool) -> String {
        let hex = Array("0123456789ABCDEF".utf8)
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.utf8.count)
        for byte in text.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5a, 0x61...0x7a, 0x2d, 0x2e, 0x5f, 0x7e: bytes.append(byte)
            case 0x2f where keepsSlashes: bytes.append(byte)
            default: bytes += [0x25, hex[Int(byte >> 4)], hex[Int(byte & 15)]]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
