public import NIOCore

extension ByteBuffer {
    /// Appends `text` as a JSON string with its quotes.
    public mutating func writeJSONString(_ text: String) {
        writeInteger(UInt8(ascii: "\""))
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "\""): writeStaticString("\\\"")
            case UInt8(ascii: "\\"): writeStaticString("\\\\")
            case 0x0A: writeStaticString("\\n")
            case 0x0D: writeStaticString("\\r")
            case 0x09: writeStaticString("\\t")
            case 0..<0x20:
                writeStaticString("\\u00")
                writeHexDigit(byte >> 4)
                writeHexDigit(byte & 15)
            default: writeInteger(byte)
            }
        }
        writeInteger(UInt8(ascii: "\""))
    }

    /// Appends a whole number in decimal.
    @inline(__always)
    public mutating func writeDecimal(_ number: Int) {
        writeWithUnsafeMutableBytes(minimumWritableBytes: 20) { bytes in
            var rest = number.magnitude
            var length = 0
            repeat {
                bytes[length] = UInt8(ascii: "0") + UInt8(truncatingIfNeeded: rest % 10)
                rest /= 10
                length += 1
            } while rest > 0
            if number < 0 {
                bytes[length] = UInt8(ascii: "-")
                length += 1
            }
            bytes[0..<length].reverse()
            return length
        }
    }

    mutating func writeHexDigit(_ digit: UInt8) {
        writeInteger(digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10)
    }

    /// Appends `HTTP/1.1 STATUS REASON` and CRLF.
    public mutating func writeStatusLine(_ status: Int) {
        // The usual one in one piece.
        if status == 200 { return _ = writeStaticString("HTTP/1.1 200 OK\r\n") }
        writeStaticString("HTTP/1.1 ")
        writeDecimal(status)
        switch status {
        case 400: writeStaticString(" Bad Request\r\n")
        case 401: writeStaticString(" Unauthorized\r\n")
        case 403: writeStaticString(" Forbidden\r\n")
        case 404: writeStaticString(" Not Found\r\n")
        case 405: writeStaticString(" Method Not Allowed\r\n")
        case 408: writeStaticString(" Request Timeout\r\n")
        case 413: writeStaticString(" Content Too Large\r\n")
        case 422: writeStaticString(" Unprocessable Content\r\n")
        case 429: writeStaticString(" Too Many Requests\r\n")
        case 431: writeStaticString(" Request Header Fields Too Large\r\n")
        case 500: writeStaticString(" Internal Server Error\r\n")
        case 501: writeStaticString(" Not Implemented\r\n")
        case 502: writeStaticString(" Bad Gateway\r\n")
        case 503: writeStaticString(" Service Unavailable\r\n")
        case 504: writeStaticString(" Gateway Timeout\r\n")
        default: writeStaticString(" \r\n")
        }
    }
}
