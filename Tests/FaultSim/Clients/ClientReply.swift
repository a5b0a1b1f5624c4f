import NIOCore

/// An answer as a strict client reads it, piece by piece.
struct ClientReply {
    private enum State { case head, length(Int), chunkSize, chunk(Int), chunkEnd, trailer, whole }

    private var state = State.head
    private(set) var status = 0
    private(set) var headers = ByteBuffer()
    private(set) var body = ByteBuffer()
    private(set) var closes = false
    private(set) var isChunked = false
    /// What is wrong with it as HTTP.
    private(set) var fault: String?

    var isWhole: Bool { if case .whole = state { true } else { false } }
    var hasHead: Bool { status != 0 }

    /// Takes what belongs to it.
    mutating func take(_ input: inout ByteBuffer) {
        while fault == nil {
            switch state {
            case .head:
                guard let length = input.distance(to: "\r\n\r\n") else { return }
                headers = input.readSlice(length: length + 4)!
                readHead()
            case .length(let left):
                guard let piece = input.readSlice(length: min(left, input.readableBytes)) else { return }
                body.writeImmutableBuffer(piece)
                let rest = left - piece.readableBytes
                state = rest == 0 ? .whole : .length(rest)
                if rest > 0 { return }
            case .chunkSize:
                guard let length = input.distance(to: "\r\n") else { return }
                let text = input.readString(length: length) ?? ""
                input.moveReaderIndex(forwardBy: 2)
                guard let size = Int(text, radix: 16) else { return fault = "chunk size \(text)" }
                state = size == 0 ? .trailer : .chunk(size)
            case .chunk(let left):
                guard let piece = input.readSlice(length: min(left, input.readableBytes)), piece.readableBytes > 0
                else {
                    return
                }
                body.writeImmutableBuffer(piece)
                let rest = left - piece.readableBytes
                state = rest == 0 ? .chunkEnd : .chunk(rest)
            case .chunkEnd:
                guard input.readableBytes >= 2 else { return }
                guard input.readString(length: 2) == "\r\n" else { return fault = "no end of line behind a chunk" }
                state = .chunkSize
            case .trailer:
                guard input.readableBytes >= 2 else { return }
                guard input.readString(length: 2) == "\r\n" else { return fault = "trailer" }
                state = .whole
            case .whole: return
            }
        }
    }

    private mutating func readHead() {
        guard headers.distance(to: "HTTP/1.1 ") == 0, let status = headers.number(behind: "HTTP/1.1 ") else {
            return fault = "no status line"
        }
        self.status = status
        closes = headers.has("connection: close")
        isChunked = headers.has("transfer-encoding: chunked")
        if isChunked {
            state = .chunkSize
        } else if let length = headers.number(behind: "content-length: ") {
            state = length == 0 ? .whole : .length(length)
        } else {
            fault = "an answer without a length"
        }
    }

    /// The value of a header, as text.
    func header(_ name: StaticString) -> String? {
        guard let at = headers.distance(to: name) else { return nil }
        let begin = at + name.utf8CodeUnitCount
        let end = headers.distance(to: "\r\n", from: begin) ?? begin
        return headers.getString(at: headers.readerIndex + begin, length: end - begin)
    }
}
