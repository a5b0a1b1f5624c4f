import NIOCore

/// A request up to its body, written out once: request line and headers, with room for the body's length.
struct RequestHead: Sendable {
    let bytes: [UInt8]
    /// Behind the room for the length, in which it stands to the right.
    let lengthEnd: Int
    /// Where the body begins; what stands behind it in `bytes` is the body's own beginning.
    let bodyStart: Int

    /// Digits of the largest length, and more.
    private static let lengthRoom = 10

    /// - Parameters:
    ///   - path: the request's whole path.
    ///   - headers: all but `accept-encoding` and `content-length`, in order; values must be fit for headers.
    ///   - body: what every body begins with.
    init(path: String, headers: [(name: String, value: String)], body: [UInt8] = []) {
        var text = "POST \(path) HTTP/1.1\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        // Not said, an edge between may take it for leave to pack the answer.
        text += "accept-encoding: identity\r\ncontent-length: " + String(repeating: " ", count: Self.lengthRoom)
        lengthEnd = text.utf8.count
        text += "\r\n\r\n"
        bodyStart = text.utf8.count
        bytes = Array(text.utf8) + body
    }
}

extension ByteBuffer {
    /// Puts the body's length, to the right, in the room the head at `start` has for it.
    @inline(__always)
    mutating func putLength(_ head: RequestHead, from start: Int) {
        let length = writerIndex - start - head.bodyStart
        let readable = start - readerIndex
        withUnsafeMutableReadableBytes { bytes in
            var rest = length
            var index = readable + head.lengthEnd
            repeat {
                index -= 1
                bytes[index] = 0x30 &+ UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
            } while rest > 0
        }
    }
}
