import NIOCore

/// The most pieces that a stream's answer may have: a provider that writes on past the tokens that it was allowed, and that
/// are reserved for it, is cut off there.
///
/// No piece has less than one token, but for a few of each answer that have none: so nobody who keeps to the limit is cut.
struct StreamBound {
    /// The tokens of the answer.
    let tokens: Int
    /// The pieces so far.
    private(set) var pieces = 0
    /// It was cut off.
    private(set) var isFull = false

    /// Pieces without a token: the role, the beginnings and ends of blocks and of tool calls, seals on thinking, the end and
    /// the counts.
    static let wordless = 16

    init(tokens: Int) { self.tokens = tokens }

    /// Counts the pieces that were written behind a place of a buffer, and takes back those that are too many.
    ///
    /// The last piece that is left is then one of these, at the end of the buffer.
    ///
    /// - Parameter end: the newlines behind each.
    mutating func count(_ out: inout ByteBuffer, from start: Int, end: StaticString) {
        let most = tokens + Self.wordless
        let newlines = end.utf8CodeUnitCount
        var cut: Int?
        out.withUnsafeReadableBytes { bytes in
            var run = 0
            for place in (start - out.readerIndex)..<bytes.count {
                guard bytes[place] == 0x0a else {
                    run = 0
                    continue
                }
                run += 1
                guard run == newlines else { continue }
                run = 0
                pieces += 1
                if pieces == most { cut = place + 1 }
            }
        }
        guard let cut else { return }
        isFull = true
        out.moveWriterIndex(to: out.readerIndex + cut)
    }
}
