/// The sizes of the pieces in which a stream's texts came, one behind the other: seven bits a byte, the low ones first.
struct PieceSizes: Sendable {
    private(set) var bytes: [UInt8] = []

    mutating func add(_ size: Int) {
        var rest = UInt(size)
        while rest > 0x7f {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(truncatingIfNeeded: rest))
    }

    /// Reads them in their order.
    struct Reader {
        private var rest: ArraySlice<UInt8>

        init(_ bytes: [UInt8]) { rest = bytes[...] }

        /// The next size; nil behind the last, and where the bytes say none.
        mutating func next() -> Int? {
            var size = 0
            for shift in stride(from: 0, to: 56, by: 7) {
                guard let byte = rest.popFirst() else { return nil }
                size |= Int(byte & 0x7f) << shift
                if byte < 0x80 { return size }
            }
            return nil
        }

        /// Passes the next size where it is zero; whether it is.
        mutating func passZero() -> Bool {
            guard rest.first == 0 else { return false }
            rest.removeFirst()
            return true
        }
    }
}
