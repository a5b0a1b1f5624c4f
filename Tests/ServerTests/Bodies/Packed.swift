import CZlib

/// Bodies that are too long to be written down packed.
enum Packed {
    /// So many zeros in zlib's form.
    static func zeros(megabytes: Int, lessOne: Bool = false) -> [UInt8] {
        pack([UInt8](repeating: 0, count: (megabytes << 20) - (lessOne ? 1 : 0)))
    }

    private static func pack(_ bytes: [UInt8]) -> [UInt8] {
        var source = bytes
        var length = compressBound(uLong(source.count))
        var packed = [UInt8](repeating: 0, count: Int(length))
        precondition(compress2(&packed, &length, &source, uLong(source.count), 9) == Z_OK)
        return Array(packed[..<Int(length)])
    }
}
