import NIOCore

/// The line that most of a stream is made of, read at a third of the general reader's cost.
///
/// Only Ollama's line for a token, byte for byte except the three strings in it; the general reader reads every other line
/// and every fault. So this finds the same as that would have found.
struct OllamaPlainLine {
    /// The inside of the model's name.
    let model: JSONSlice
    /// The inside of the token's string, which may be empty.
    let content: JSONSlice

    /// No such line is shorter.
    private static let least = 48
    /// Bytes of which the lines are written at once, so that the room for them stays small.
    private static let run = 4096

    /// Has such lines, each with its line feed, written with which the bytes begin.
    ///
    /// - Parameters:
    ///   - room: bytes that each may have beside its own.
    ///   - write: takes such lines from the scanner over a piece of the bytes, until there is none.
    /// - Returns: the bytes that were taken.
    @inline(__always)
    static func writeRun(
        _ bytes: UnsafeRawBufferPointer, room: Int, into out: inout ByteBuffer,
        _ write: (UnsafeRawBufferPointer, inout JSONScanner, inout ByteWriter) -> Void
    ) -> Int {
        var position = 0
        while position < bytes.count {
            let end = min(position + run, bytes.count)
            let piece = UnsafeRawBufferPointer(rebasing: bytes[position..<end])
            let lines = piece.count / least
            guard lines > 0 else { break }
            var scanner = JSONScanner(piece)
            out.compose(atMost: piece.count + lines * room) { write(piece, &scanner, &$0) }
            guard scanner.position > 0 else { break }
            position += scanner.position
        }
        return position
    }

    /// Takes such a line with the line feed behind it; nil, with the scanner where it was, for any other.
    @inline(__always)
    init?(whole scanner: inout JSONScanner, of work: Work) {
        let start = scanner.position
        guard let line = OllamaPlainLine(&scanner, of: work), scanner.position < scanner.end, scanner.byte == 0x0a
        else {
            scanner.position = start
            return nil
        }
        self = line
        scanner.position &+= 1
    }

    /// Takes such a line; nil, with the scanner where it was, for any other.
    @inline(__always)
    init?(_ scanner: inout JSONScanner, of work: Work) {
        let p = scanner.base
        let end = scanner.end
        var i = scanner.position
        guard Self.skip("{\"model\":\"", p, &i, end) else { return nil }
        let name = i
        i = JSONScanner.closingQuote(p, i, end)
        let nameEnd = i
        guard i >= 0, Self.skip("\",\"created_at\":\"", p, &i, end) else { return nil }
        i = JSONScanner.closingQuote(p, i, end)
        guard i >= 0 else { return nil }
        if work == .chat {
            guard Self.skip("\",\"message\":{\"role\":\"assistant\",\"content\":\"", p, &i, end) else { return nil }
        } else {
            guard Self.skip("\",\"response\":\"", p, &i, end) else { return nil }
        }
        let start = i
        i = JSONScanner.closingQuote(p, i, end)
        guard i >= 0 else { return nil }
        content = JSONSlice(from: start, to: i)
        guard
            work == .chat
                ? Self.skip("\"},\"done\":false}", p, &i, end) : Self.skip("\",\"done\":false}", p, &i, end)
        else { return nil }
        model = JSONSlice(from: name, to: nameEnd)
        scanner.position = i
    }

    /// Steps over `text`, of at least eight bytes, if that is what comes.
    @inline(__always)
    private static func skip(_ text: StaticString, _ p: UnsafePointer<UInt8>, _ i: inout Int, _ end: Int) -> Bool {
        let count = text.utf8CodeUnitCount
        guard i &+ count <= end else { return false }
        let found = UnsafeRawPointer(p + i)
        let wanted = UnsafeRawPointer(text.utf8Start)
        var offset = 0
        while offset &+ 8 < count {
            guard word(found, offset) == word(wanted, offset) else { return false }
            offset &+= 8
        }
        // The last eight, some of them for the second time.
        guard word(found, count &- 8) == word(wanted, count &- 8) else { return false }
        i &+= count
        return true
    }

    @inline(__always)
    private static func word(_ p: UnsafeRawPointer, _ offset: Int) -> UInt64 {
        p.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
    }
}
