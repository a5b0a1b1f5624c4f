import NIOCore
import NIOHTTP1

/// Responses in the order and spelling of Go's server.
extension ByteBuffer {
    /// The status line and headers. `length` nil means chunks.
    mutating func writeHead(
        status: Int, contentType: String?, length: Int?, location: String? = nil, retryAfter: Int? = nil, close: Bool,
        now: Int64
    ) {
        writeStaticString("HTTP/1.1 ")
        writeString("\(status) \(HTTPResponseStatus(statusCode: status).reasonPhrase)\r\n")
        if let contentType { writeString("Content-Type: \(contentType)\r\n") }
        if let location { writeString("Location: \(location)\r\n") }
        if let retryAfter { writeString("Retry-After: \(retryAfter)\r\n") }
        writeStaticString("Date: ")
        Timestamp(unixNanoseconds: now).writeHTTP(into: &self)
        if let length {
            writeString("\r\nContent-Length: \(length)\r\n")
        } else {
            writeStaticString("\r\nTransfer-Encoding: chunked\r\n")
        }
        if close { writeStaticString("Connection: close\r\n") }
        writeStaticString("\r\n")
    }

    /// One chunk of a body; `bytes` must not be empty.
    mutating func writeChunk(_ bytes: ByteBuffer) {
        writeString(String(bytes.readableBytes, radix: 16))
        writeStaticString("\r\n")
        writeImmutableBuffer(bytes)
        writeStaticString("\r\n")
    }

    /// The end of a body in chunks.
    mutating func writeLastChunk() {
        writeStaticString("0\r\n\r\n")
    }
}
