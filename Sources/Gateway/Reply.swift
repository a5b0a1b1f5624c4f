import Balancer
import NIOCore

/// The bytes for the client: a stream's chunks, or one answer with its length.
///
/// A stream's frames gather as one open chunk until the end of a read. None is taken before the answer has its first token,
/// because a frame that is out cannot be taken back: another instance may be tried until then.
struct Reply {
    /// Bytes that are ready, or being written.
    var bytes = ByteBuffer()
    private var chunkStart: Int?
    /// The client has a piece of the answer: it cannot be taken back any more.
    private(set) var isOut = false
    /// The head of a stream is out before its answer.
    private var isAhead = false
    /// Something has gone out since ``standsStill(for:since:at:)`` looked.
    private var hasMoved = false
    /// When a stream that stands still next says that it lives; nil before that was looked at.
    private var pingDue: Moment?
    /// The answer has its first token (text, thinking, a tool call): its frames may go.
    var hasToken = false
    /// The last token has been translated: what may still be missing is only framing.
    var isWhole = false
    /// Pieces come in chunks; else (HTTP/1.0) the end of the connection ends them.
    let isChunked: Bool

    /// The size is filled in once it is known.
    private static let chunkHeader: StaticString = "00000000\r\n"

    init(isChunked: Bool) { self.isChunked = isChunked }

    /// Frames may be written at once.
    var isOpen: Bool { chunkStart != nil }
    /// Nothing has been written yet: a stream begins with its head.
    var needsHead: Bool { !headIsOut && bytes.writerIndex == 0 }
    /// The client has the head of a stream: no other status can be told.
    var headIsOut: Bool { isOut || isAhead }

    /// Makes room for frames. The head, where it is needed, comes before.
    mutating func openChunk() {
        guard chunkStart == nil else { return }
        chunkStart = bytes.writerIndex
        if isChunked { bytes.writeStaticString(Self.chunkHeader) }
    }

    /// Whole frames for the client, which then has a piece of the answer; nil while there is none, or no token.
    mutating func takeFrames() -> ByteBuffer? {
        guard hasToken, closeChunk(last: false) else { return nil }
        isOut = true
        hasMoved = true
        return take()
    }

    /// Bytes that are no part of the answer, past what is kept of it.
    ///
    /// - Parameter head: the stream's head, where it is not out; in the place of one that was written for the answer.
    mutating func pass(_ text: StaticString, behind head: ByteBuffer?) -> ByteBuffer {
        var out = head ?? ByteBuffer()
        if !headIsOut {
            isAhead = true
            // Before an open chunk there is the head alone.
            if let start = chunkStart { bytes.moveReaderIndex(to: start) } else { bytes = ByteBuffer() }
        }
        if isChunked {
            out.writeString(String(text.utf8CodeUnitCount, radix: 16))
            out.writeStaticString("\r\n")
        }
        out.writeStaticString(text)
        if isChunked { out.writeStaticString("\r\n") }
        return out
    }

    /// Whether a stream has stood still for so long that it has to say that it lives; then the time counts anew.
    mutating func standsStill(for interval: Duration, since start: Moment, at now: Moment) -> Bool {
        let isDue = !hasMoved && now >= (pingDue ?? start + interval)
        if hasMoved || isDue { pingDue = now + interval }
        hasMoved = false
        return isDue
    }

    /// The stream is over: behind what is still open comes the end of all chunks.
    mutating func endStream() {
        _ = closeChunk(last: true)
        if isChunked { bytes.writeStaticString("0\r\n\r\n") }
    }

    /// The rest of a head, and the body of an answer that is no stream.
    mutating func write(body: inout ByteBuffer) {
        let length = body.readableBytes
        // The texts and the number are 40 bytes at most.
        bytes.writeFields(atMost: 64) { fields in
            fields.write("content-length: ")
            fields.write(decimal: length)
            fields.write("\r\n\r\n")
        }
        bytes.writeBuffer(&body)
    }

    /// Everything that is ready.
    mutating func take() -> ByteBuffer {
        let ready = bytes
        bytes = ByteBuffer()
        return ready
    }

    /// Nothing of this answer has gone out, and nothing of it will.
    mutating func takeBack() {
        bytes = ByteBuffer()
        chunkStart = nil
        isWhole = false
        hasToken = false
    }

    /// Fills in the size; false when there is nothing in it: then the chunk stays open, or as the `last` is taken back.
    private mutating func closeChunk(last: Bool) -> Bool {
        guard let start = chunkStart else { return false }
        let header = isChunked ? Self.chunkHeader.utf8CodeUnitCount : 0
        let size = bytes.writerIndex - start - header
        guard size > 0 else {
            if last {
                bytes.moveWriterIndex(to: start)
                chunkStart = nil
            }
            return false
        }
        chunkStart = nil
        guard isChunked else { return true }
        // Eight digits, written as one number.
        var digits: UInt64 = 0
        for shift in stride(from: 28, through: 0, by: -4) {
            let digit = UInt64(size >> shift & 15)
            digits = digits << 8 | (digit < 10 ? 0x30 + digit : 0x57 + digit)
        }
        bytes.setInteger(digits, at: start)
        bytes.writeInteger(0x0D0A as UInt16)
        return true
    }
}
