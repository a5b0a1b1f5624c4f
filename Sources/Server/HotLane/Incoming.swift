import Balancer
import NIOCore
import NIOHTTP1

/// What a client is to send next to the full parser, and since when: what slow senders are held to.
enum Incoming {
    /// The first byte of a request. To `head` with it.
    case idle(since: Moment)
    /// The rest of a head, whose first bytes are `line`. To `body` when the parser has it whole.
    case head(since: Moment, line: ByteBuffer)
    /// The rest of a body. To `idle` with its end.
    case body(since: Moment)

    /// The most that is kept of a request line: enough to know whose path it is.
    private static let lineLength = 64

    /// These bytes go to the parser now.
    mutating func bytesCame(_ bytes: ByteBuffer, at now: Moment) {
        var (since, line) = (now, ByteBuffer())
        switch self {
        case .idle: break
        case .head(let begun, let known): (since, line) = (begun, known)
        case .body: return
        }
        var more = Self.prefix(of: bytes, Self.lineLength - line.readableBytes)
        line.writeBuffer(&more)
        self = .head(since: since, line: line)
    }

    /// The parser has read this.
    mutating func read(_ part: HTTPServerRequestPart, at now: Moment) {
        switch part {
        case .head: self = .body(since: now)
        case .body: break
        case .end: self = .idle(since: now)
        }
    }

    /// An answer has ended: the time between two requests begins with it.
    mutating func rest(at now: Moment) {
        if case .idle = self { self = .idle(since: now) }
    }

    private static func prefix(of bytes: ByteBuffer, _ length: Int) -> ByteBuffer {
        bytes.getSlice(at: bytes.readerIndex, length: min(length, bytes.readableBytes)) ?? ByteBuffer()
    }
}
