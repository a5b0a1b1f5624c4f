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
    var isWhole: Bool {
        get { wholeness == .sure }
        set { wholeness = newValue ? .sure : .no }
    }
    /// The same, and whether the body so far ends as an answer does although its end has not come.
    var wholeness = Wholeness.no
    /// All of the answer that has been made ready; nil where nobody keeps it.
    var tape: AnswerTape?
    /// Pieces come in chunks; else (HTTP/1.0) the end of the connection ends them.
    let isChunked: Bool

    /// How much of the answer is known to be here.
    enum Wholeness: UInt8 { case no, perhaps, sure }

    /// A buffer with more bytes is not kept: a slow stream would hold for long what it needed once.
    private static let largestReused = 4_096
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
        tape?.add(body.readableBytesView)
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

    /// Takes back a buffer that has gone out and that nobody else holds: the next piece of a stream is written into it.
    mutating func reuse(_ spent: consuming ByteBuffer) {
        guard bytes.capacity == 0, spent.capacity <= Self.largestReused else { return }
        bytes = consume spent
        bytes.clear()
    }

    /// Nothing of this answer has gone out, and nothing of it will.
    mutating func discard() {
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
        if tape != nil {
            tape?.add(bytes.viewBytes(at: start + header, length: size) ?? ByteBuffer().readableBytesView)
        }
        guard isChunked else { return true }
        let digits = Self.hexDigits(of: UInt32(truncatingIfNeeded: size))
        bytes.setInteger(digits, at: start)
        bytes.writeInteger(0x0D0A as UInt16)
        return true
    }

    /// Eight hexadecimal digits as one number, all at once: the first is the most significant byte.
    static func hexDigits(of value: UInt32) -> UInt64 {
        // One nibble a byte.
        var digits = UInt64(value)
        digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF
        digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF
        digits = (digits | digits << 4) & 0x0F0F_0F0F_0F0F_0F0F
        // Six more carries a digit from ten on into the upper half of its byte: that is where letters begin.
        let isLetter = (digits + 0x0606_0606_0606_0606) >> 4 & 0x0101_0101_0101_0101
        return digits + 0x3030_3030_3030_3030 + isLetter * 0x27
    }
}
