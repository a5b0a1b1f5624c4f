import NIOCore

/// Finds ` t=N` in what a stream brings, wherever the pieces are cut.
struct StampScanner {
    /// The beginning of a stamp that the last piece ended in.
    private var rest: [UInt8] = []

    /// Calls `found` with each stamp of the next piece.
    mutating func scan(_ piece: ByteBuffer, found: (Int64) -> Void) {
        guard rest.isEmpty else {
            let joined = rest + Array(piece.readableBytesView)
            rest = []
            joined.withUnsafeBytes { scan($0, found) }
            return
        }
        piece.withUnsafeReadableBytes { scan($0, found) }
    }

    private mutating func scan(_ bytes: UnsafeRawBufferPointer, _ found: (Int64) -> Void) {
        var position = 0
        while position < bytes.count {
            guard bytes[position] == UInt8(ascii: " ") else {
                position += 1
                continue
            }
            let start = position
            position += 1
            guard position < bytes.count else { return keep(bytes, from: start) }
            guard bytes[position] == UInt8(ascii: "t") else { continue }
            position += 1
            guard position < bytes.count else { return keep(bytes, from: start) }
            guard bytes[position] == UInt8(ascii: "=") else { continue }
            position += 1
            var stamp: Int64 = 0
            while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
                stamp = stamp &* 10 &+ Int64(digit)
                position += 1
            }
            guard position < bytes.count else { return keep(bytes, from: start) }
            if stamp > 0 { found(stamp) }
        }
    }

    private mutating func keep(_ bytes: UnsafeRawBufferPointer, from start: Int) {
        rest = Array(bytes[start...])
    }
}
