/// The line that most of a stream is made of, read at a third of the general reader's cost.
///
/// Only what Ollama writes for a token, byte for byte but for the three strings in it; every other line, and every fault,
/// is the general reader's. So what this finds is what that would have found.
enum OllamaPlainLine {
    /// The inside of the token's string, which may be empty; nil, with the scanner where it was, for any other line.
    @inline(__always)
    static func takeContent(_ scanner: inout JSONScanner, of work: Work) -> JSONSlice? {
        let p = scanner.base
        let end = scanner.end
        var i = scanner.position
        guard skip("{\"model\":\"", p, &i, end) else { return nil }
        i = JSONScanner.closingQuote(p, i, end)
        guard i >= 0, skip("\",\"created_at\":\"", p, &i, end) else { return nil }
        i = JSONScanner.closingQuote(p, i, end)
        guard i >= 0 else { return nil }
        if work == .chat {
            guard skip("\",\"message\":{\"role\":\"assistant\",\"content\":\"", p, &i, end) else { return nil }
        } else {
            guard skip("\",\"response\":\"", p, &i, end) else { return nil }
        }
        let start = i
        i = JSONScanner.closingQuote(p, i, end)
        guard i >= 0 else { return nil }
        let content = JSONSlice(from: start, to: i)
        guard work == .chat ? skip("\"},\"done\":false}", p, &i, end) : skip("\",\"done\":false}", p, &i, end)
        else { return nil }
        scanner.position = i
        return content
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
