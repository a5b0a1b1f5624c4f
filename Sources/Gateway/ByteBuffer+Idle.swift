package import NIOCore

/// The parts of a stream that hold no event. Bytes that begin within one count as part of it.
extension ByteBuffer {
    /// Whether the first byte leaves that open: of a stream that goes on it does not.
    package var mayBeIdle: Bool {
        guard let first = getInteger(at: readerIndex, as: UInt8.self) else { return true }
        return first == UInt8(ascii: ":") || first == UInt8(ascii: "\n") || first == UInt8(ascii: "\r")
    }

    /// Whether the last byte ends a line.
    package var endsLine: Bool {
        getInteger(at: writerIndex - 1, as: UInt8.self).map { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }
            ?? false
    }

    /// Whether all lines are blank, or comments of server-sent events, as far as they have come.
    package var isIdle: Bool {
        withUnsafeReadableBytes { bytes in
            var isLineStart = true
            var isComment = false
            for byte in bytes {
                if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
                    (isLineStart, isComment) = (true, false)
                } else if isLineStart {
                    guard byte == UInt8(ascii: ":") else { return false }
                    (isLineStart, isComment) = (false, true)
                } else if !isComment {
                    return false
                }
            }
            return true
        }
    }
}
