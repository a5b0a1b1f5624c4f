import Balancer
import NIOCore

/// What a box does about one request, step by step.
struct BoxAnswer {
    enum Step {
        case send(String)
        case wait(Duration)
        /// The answer is whole, and the connection stays.
        case done
        case close
        case reset
        /// Nothing more ever comes.
        case hang
    }

    private(set) var steps: [Step] = []
    /// Whether the last word is sent, and that it was the last.
    private(set) var isWhole = false

    /// An answer with nothing but a status.
    init(status: Int, retryAfter: Int?, _ dialect: BoxDialect) {
        let body = dialect.errorBody(status)
        let later = retryAfter.map { "Retry-After: \($0)\r\n" } ?? ""
        steps = [
            .send(
                "HTTP/1.1 \(status) Sad\r\nContent-Type: application/json\r\n\(later)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
            ), .done,
        ]
    }

    /// - Parameter hitch: the misbehaviour; nil: none.
    init(_ dialect: BoxDialect, words: [String], hitch: Misbehaviour?, _ draw: inout Draw) {
        switch hitch {
        case .status400: self.init(status: 400, retryAfter: nil, dialect)
        case .status404: self.init(status: 404, retryAfter: nil, dialect)
        case .status429: self.init(status: 429, retryAfter: draw.chance(50) ? 1 : nil, dialect)
        case .status500: self.init(status: 500, retryAfter: nil, dialect)
        case .status502: self.init(status: 502, retryAfter: nil, dialect)
        case .status503: self.init(status: 503, retryAfter: nil, dialect)
        case .status503Later: self.init(status: 503, retryAfter: draw.int(1...20), dialect)
        case .resetAtOnce: self.init([.reset])
        case .closeAtOnce: self.init([.close])
        case .stallBeforeHead: self.init([.hang])
        case .garbage: self.init([.send("SSH-2.0-OpenSSH_9.6\r\n\r\n"), .hang])
        case .hugeHead:
            self.init([.send("HTTP/1.1 200 OK\r\nX-Long: \(String(repeating: "x", count: 70_000))\r\n"), .hang])
        case .emptyBody:
            self.init([
                .send("HTTP/1.1 200 OK\r\nContent-Type: \(dialect.contentType)\r\nContent-Length: 0\r\n\r\n"), .done,
            ])
        default:
            self.init([])
            dialect.streams ? stream(dialect, words, hitch, &draw) : whole(dialect, words, hitch, &draw)
        }
    }

    private init(_ steps: [Step]) { self.steps = steps }

    private mutating func whole(_ dialect: BoxDialect, _ words: [String], _ hitch: Misbehaviour?, _ draw: inout Draw) {
        var body = dialect.whole(words)
        switch hitch {
        case .errorInside, .errorFirst: body = dialect.errorPiece
        case .brokenPiece, .halfPiece: body = String(body.prefix(body.count / 2))
        case .noEnd: body = "{}"
        default: isWhole = true
        }
        steps.append(.wait(.milliseconds(draw.int(20...60) * words.count)))
        if hitch == .slow { steps.append(.wait(.milliseconds(draw.int(200...3000)))) }
        let fields = hitch == .closeAnnounced ? "Connection: close\r\n" : ""
        let length = hitch == .bodyToTheEnd ? "" : "Content-Length: \(body.utf8.count)\r\n"
        let head = "HTTP/1.1 200 OK\r\nContent-Type: \(dialect.contentType)\r\n\(fields)\(length)\r\n"
        let half = String(body.prefix(body.count / 2))
        switch hitch {
        case .resetAfterHead, .closeAfterHead, .stallAfterHead: body = ""
        case .resetInside, .closeInside, .stallInside: body = half
        default: break
        }
        if hitch == .badChunk {
            isWhole = false
            steps += [.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n\(half)"), .hang]
            return
        }
        steps.append(.send(head + body))
        end(hitch)
    }

    private mutating func stream(_ dialect: BoxDialect, _ words: [String], _ hitch: Misbehaviour?, _ draw: inout Draw) {
        let isChunked = hitch != .bodyToTheEnd
        func framed(_ text: String) -> String {
            isChunked ? "\(String(text.utf8.count, radix: 16))\r\n\(text)\r\n" : text
        }
        let fields =
            (isChunked ? "Transfer-Encoding: chunked\r\n" : "")
            + (hitch == .closeAnnounced ? "Connection: close\r\n" : "")
        let (first, middle, last) = dialect.pieces(words)
        let cut = draw.below(words.count + 1)
        var isBroken = false
        steps = [
            .wait(draw.milliseconds(5...300)),
            .send("HTTP/1.1 200 OK\r\nContent-Type: \(dialect.contentType)\r\n\(fields)\r\n"),
        ]
        if [.resetAfterHead, .closeAfterHead, .stallAfterHead].contains(hitch) { return end(hitch) }
        if hitch == .errorFirst {
            steps.append(.send(framed(dialect.errorPiece)))
            return finish(isChunked)
        }
        for piece in first { steps.append(.send(framed(piece))) }
        for (index, piece) in middle.enumerated() {
            if index == cut {
                switch hitch {
                case .resetInside, .closeInside, .stallInside: return end(hitch)
                case .halfPiece:
                    steps.append(.send(framed(String(piece.prefix(piece.count / 2)))))
                    return draw.chance(50) ? finish(isChunked) : end(.closeInside)
                case .errorInside:
                    steps.append(.send(framed(dialect.errorPiece)))
                    return finish(isChunked)
                case .brokenPiece:
                    steps.append(.send(framed(dialect.brokenPiece)))
                    isBroken = true
                case .badChunk:
                    steps += [.send("zz\r\n\(piece)"), .hang]
                    return
                default: break
                }
            }
            steps.append(.wait(hitch == .slow ? draw.milliseconds(50...1500) : draw.milliseconds(1...60)))
            steps.append(.send(framed(piece)))
        }
        if hitch == .noEnd { return finish(isChunked) }
        if [.resetInside, .closeInside, .stallInside, .halfPiece, .errorInside].contains(hitch) {
            return end(hitch == .halfPiece || hitch == .errorInside ? .closeInside : hitch)
        }
        for piece in last { steps.append(.send(framed(piece))) }
        isWhole = !isBroken
        isChunked ? finish(true) : end(.bodyToTheEnd)
        if hitch == .bytesBehind { steps.insert(.send("extra bytes"), at: steps.count - 1) }
        if hitch == .closeAnnounced { steps[steps.count - 1] = .close }
    }

    private mutating func finish(_ isChunked: Bool) {
        if isChunked { steps.append(.send("0\r\n\r\n")) }
        steps.append(isChunked ? .done : .close)
    }

    private mutating func end(_ hitch: Misbehaviour?) {
        switch hitch {
        case .resetAfterHead, .resetInside:
            isWhole = false
            steps.append(.reset)
        case .closeAfterHead, .closeInside:
            isWhole = false
            steps.append(.close)
        case .stallAfterHead, .stallInside:
            isWhole = false
            steps.append(.hang)
        case .closeAnnounced, .bodyToTheEnd: steps.append(.close)
        case .bytesBehind: steps += [.send("extra bytes"), .done]
        default: steps.append(.done)
        }
    }
}
