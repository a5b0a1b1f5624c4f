import NIOCore

/// Chunked transfer coding, read strictly (RFC 9112 section 7.1). Extensions and trailers are skipped within bounds.
///
/// All data of one read comes out as one buffer: a stream of small chunks costs one call a read, not one a chunk.
struct ChunkDecoder {
    enum Step {
        case bytes(ByteBuffer)
        case needMore
        case end
        case malformed
    }

    private enum State {
        case size(digits: Int)
        /// Inside `;name=value`, which is ignored.
        case fieldExtension
        case sizeLineFeed
        case data(left: Int)
        case dataReturn
        case dataLineFeed
        case trailer(lineLength: Int)
        case trailerLineFeed(lineLength: Int)
    }

    /// Bytes of chunk extensions and trailers in one answer; beyond it the answer is refused.
    private static let maximumExtras = 16_384

    private var state = State.size(digits: 0)
    private var size = 0
    private var extras = 0

    /// Takes what `input` has; data first, then the verdict at the next call.
    mutating func decode(_ input: inout ByteBuffer) -> Step {
        var joined: ByteBuffer?
        while input.readableBytes > 0 {
            if case .data(let left) = state {
                guard var piece = input.readSlice(length: min(left, input.readableBytes)) else { return .malformed }
                let rest = left - piece.readableBytes
                state = rest == 0 ? .dataReturn : .data(left: rest)
                if joined == nil {
                    joined = piece
                } else {
                    joined?.writeBuffer(&piece)
                }
                continue
            }
            let (taken, verdict) = input.withUnsafeReadableBytes { stepToData($0, hasData: joined != nil) }
            input.moveReaderIndex(forwardBy: taken)
            switch verdict {
            case .more where taken == 0: return joined.map { .bytes($0) } ?? .needMore
            case .more: continue
            case .end: return .end
            case .malformed: return .malformed
            }
        }
        return joined.map { .bytes($0) } ?? .needMore
    }

    private enum Verdict { case more, end, malformed }

    /// Takes the bytes between two pieces of data, and says how many there were.
    ///
    /// With data in hand it never steps past the last chunk: the caller gets the bytes, then the end.
    private mutating func stepToData(
        _ bytes: UnsafeRawBufferPointer, hasData: Bool
    ) -> (taken: Int, verdict: Verdict) {
        var index = stepOverHeader(bytes)
        while index < bytes.count {
            if case .data = state { break }
            if hasData, case .size(0) = state, bytes[index] == 0x30 { break }
            let verdict = step(bytes[index])
            index += 1
            guard case .more = verdict else { return (index, verdict) }
        }
        return (index, .more)
    }

    /// Takes what stands between two pieces of data of nearly every answer, where all of it is here: the end of the line, a
    /// size without an extension, the end of the line. Anything else is left to ``step(_:)``.
    private mutating func stepOverHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
        var index = 0
        switch state {
        case .dataReturn:
            guard bytes.count > 2, bytes[0] == 0x0D, bytes[1] == 0x0A else { return 0 }
            index = 2
        case .size(0): break
        default: return 0
        }
        var size = 0
        let end = min(bytes.count, index + 8)
        while index < end, let digit = Self.hex(bytes[index]) {
            size = size << 4 | digit
            index += 1
        }
        // A size of zero is the last chunk.
        guard size > 0, index + 1 < bytes.count, bytes[index] == 0x0D, bytes[index + 1] == 0x0A else { return 0 }
        state = .data(left: size)
        return index + 2
    }

    private mutating func step(_ byte: UInt8) -> Verdict {
        switch state {
        case .size(let digits):
            if let digit = Self.hex(byte) {
                guard digits < 8 else { return .malformed }
                size = size << 4 | digit
                state = .size(digits: digits + 1)
            } else if byte == 0x0D, digits > 0 {
                state = .sizeLineFeed
            } else if digits > 0, byte == UInt8(ascii: ";") || byte == 0x20 || byte == 0x09 {
                state = .fieldExtension
            } else {
                return .malformed
            }
        case .fieldExtension:
            guard byte != 0x0A, countExtra() else { return .malformed }
            if byte == 0x0D { state = .sizeLineFeed }
        case .sizeLineFeed:
            guard byte == 0x0A else { return .malformed }
            state = size == 0 ? .trailer(lineLength: 0) : .data(left: size)
            size = 0
        case .data: return .malformed
        case .dataReturn:
            guard byte == 0x0D else { return .malformed }
            state = .dataLineFeed
        case .dataLineFeed:
            guard byte == 0x0A else { return .malformed }
            state = .size(digits: 0)
        case .trailer(let length):
            guard byte != 0x0A, countExtra() else { return .malformed }
            state = byte == 0x0D ? .trailerLineFeed(lineLength: length) : .trailer(lineLength: length + 1)
        case .trailerLineFeed(let length):
            guard byte == 0x0A else { return .malformed }
            if length == 0 { return .end }
            state = .trailer(lineLength: 0)
        }
        return .more
    }

    private mutating func countExtra() -> Bool {
        extras += 1
        return extras <= Self.maximumExtras
    }

    private static func hex(_ byte: UInt8) -> Int? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): Int(byte - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): Int(byte - UInt8(ascii: "a")) + 10
        case UInt8(ascii: "A")...UInt8(ascii: "F"): Int(byte - UInt8(ascii: "A")) + 10
        default: nil
        }
    }
}
