import NIOCore

/// Knows when a whole HTTP answer has come: by its length, or by its last chunk.
struct AnswerReader {
    private var bytes = ByteBuffer()

    /// The next answer's status and body once it is whole; the rest waits for the next call.
    mutating func feed(_ piece: inout ByteBuffer) -> (status: Int, body: ByteBuffer)? {
        bytes.writeBuffer(&piece)
        let view = bytes.readableBytesView
        guard let blank = view.firstRange(of: Array("\r\n\r\n".utf8)) else { return nil }
        let head = String(decoding: view[..<blank.lowerBound], as: UTF8.self).lowercased()
        let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let headLength = blank.upperBound - view.startIndex
        let bodyLength: Int
        if let mark = head.firstRange(of: "content-length:") {
            bodyLength = Int(head[mark.upperBound...].drop { $0 == " " }.prefix { $0.isNumber }) ?? 0
        } else if let end = view[blank.upperBound...].ranges(of: Array("0\r\n\r\n".utf8)).last {
            bodyLength = end.upperBound - blank.upperBound
        } else {
            return nil
        }
        guard bytes.readableBytes >= headLength + bodyLength else { return nil }
        bytes.moveReaderIndex(forwardBy: headLength)
        let body = bytes.readSlice(length: bodyLength)!
        bytes.discardReadBytes()
        return (status, body)
    }
}
