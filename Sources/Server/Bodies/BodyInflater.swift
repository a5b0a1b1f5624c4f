import CZlib
import NIOCore

/// Unpacks one request's body piece by piece, and no more of it than is allowed.
final class BodyInflater {
    /// Why a body is not unpacked.
    enum Fault: Error, Equatable {
        /// The bytes are not of the coding that they are said to be, or end early.
        case garbled
        /// It unpacks to more than a body may have, or to a bomb's part of it.
        case tooLarge
    }

    /// A body may unpack to so many times its length; prompts do not, and bombs do. Shorter ones than `floor` may.
    static let maximumRatio = 100
    static let floor = 1 << 20

    private let stream: UnsafeMutablePointer<z_stream>
    private let maximumLength: Int
    private let isGzip: Bool
    private var isOpen = false
    private var isAtEnd = false
    private var taken = 0
    private var given = 0
    /// The first byte of a body of which only that has come: two tell zlib's form from the bare one.
    private var firstByte: UInt8?

    /// - Parameter coding: gzip or deflate.
    init(_ coding: BodyCoding, maximumLength: Int) {
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        self.maximumLength = maximumLength
        isGzip = coding == .gzip
    }

    deinit {
        if isOpen { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    /// Unpacks a piece into `body`.
    func unpack(_ piece: ByteBuffer, into body: inout ByteBuffer) throws(Fault) {
        var bytes = piece.getBytes(at: piece.readerIndex, length: piece.readableBytes) ?? []
        if let first = firstByte { bytes.insert(first, at: 0) }
        firstByte = nil
        guard isOpen || bytes.count > 1 else {
            firstByte = bytes.first
            return
        }
        if !isOpen { try open(bytes[0], bytes[1]) }
        taken += bytes.count
        var used = 0
        while used < bytes.count {
            // Behind the end of one gzip member another may follow; behind zlib's nothing does.
            if isAtEnd {
                guard isGzip, inflateReset(stream) == Z_OK else { throw .garbled }
                isAtEnd = false
            }
            used += try inflateOnce(bytes, from: used, into: &body)
        }
    }

    /// The body has ended.
    func finish() throws(Fault) { if !isAtEnd { throw .garbled } }

    private func open(_ first: UInt8, _ second: UInt8) throws(Fault) {
        let isZlib = first & 0x0F == 8 && (Int(first) << 8 | Int(second)) % 31 == 0
        let window: Int32 = isGzip ? 15 + 16 : isZlib ? 15 : -15
        let version = zlibVersion()
        guard inflateInit2_(stream, window, version, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            throw .garbled
        }
        isOpen = true
    }

    /// Runs until the piece is used up or the stream ends; answers how many bytes were used.
    private func inflateOnce(_ bytes: [UInt8], from start: Int, into body: inout ByteBuffer) throws(Fault) -> Int {
        var outcome = Z_OK
        var left = 0
        var fault: Fault?
        bytes.withUnsafeBufferPointer { input in
            // zlib only reads there.
            stream.pointee.next_in = UnsafeMutablePointer(mutating: input.baseAddress! + start)
            stream.pointee.avail_in = UInt32(input.count - start)
            repeat {
                let room = 16_384
                let written = body.writeWithUnsafeMutableBytes(minimumWritableBytes: room) { output in
                    let count = min(output.count, 1 << 20)
                    stream.pointee.next_out = output.baseAddress!.assumingMemoryBound(to: UInt8.self)
                    stream.pointee.avail_out = UInt32(count)
                    outcome = inflate(stream, Z_NO_FLUSH)
                    return count - Int(stream.pointee.avail_out)
                }
                given += written
                if isTooLarge { fault = .tooLarge }
            } while fault == nil && outcome == Z_OK
                && (stream.pointee.avail_in > 0 || stream.pointee.avail_out == 0)
            left = Int(stream.pointee.avail_in)
            stream.pointee.next_in = nil
            stream.pointee.avail_in = 0
        }
        if let fault { throw fault }
        // Z_BUF_ERROR: it had nothing to do, which is no fault.
        guard outcome == Z_OK || outcome == Z_STREAM_END || outcome == Z_BUF_ERROR else { throw .garbled }
        isAtEnd = outcome == Z_STREAM_END
        let used = bytes.count - start - left
        guard isAtEnd || left == 0 else { throw .garbled }
        return used
    }

    private var isTooLarge: Bool {
        given > maximumLength || given > Self.floor && given > Self.maximumRatio * taken
    }
}
