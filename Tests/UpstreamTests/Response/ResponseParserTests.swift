import NIOCore
import Testing

@testable import Upstream

@Suite struct ResponseParserTests {
    /// What came out of a parser: heads, the joined body, and how it ended.
    private struct Parsed: Equatable {
        var statuses: [Int] = []
        var body = ""
        var isEnded = false
        var isMalformed = false
    }

    @Test(
        arguments: [
            ("gzip", "gzip"), (" GZip ", "gzip"), ("\tbr\t", "br"), ("identity", nil), ("Identity", nil), ("", nil),
            ("deflate, gzip", "deflate, gzip"),
        ] as [(String, String?)])
    func `says how a body is packed`(value: String, expected: String?) {
        var parser = ResponseParser()
        var input = ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nContent-Encoding:\(value)\r\nContent-Length: 0\r\n\r\n")
        guard case .head(let head) = parser.next(&input) else {
            Issue.record("no head")
            return
        }
        #expect(head.contentEncoding == expected && head.contentLength == 0)
    }

    private func parse(_ text: String, cutAt cuts: [Int] = [], closes: Bool = false) -> Parsed {
        var parser = ResponseParser()
        var parsed = Parsed()
        var held = ByteBuffer()
        var start = 0
        let bytes = Array(text.utf8)
        for end in cuts + [bytes.count] {
            held.writeBytes(bytes[start..<end])
            start = end
            reading: while true {
                switch parser.next(&held) {
                case .head(let head): parsed.statuses.append(head.status)
                case .body(let piece): parsed.body += String(buffer: piece)
                case .end:
                    parsed.isEnded = true
                    break reading
                case .needMore: break reading
                case .malformed:
                    parsed.isMalformed = true
                    return parsed
                }
            }
        }
        if closes, parser.endOfInput() { parsed.isEnded = true }
        return parsed
    }

    private static let fixed = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 5\r\n\r\nhello"
    private static let chunked =
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2;x=\"y\"\r\nlo\r\n0\r\nTrailer: z\r\n\r\n"

    @Test(arguments: [fixed, chunked])
    func `a body comes out whole wherever the bytes are cut`(text: String) {
        for first in 0..<text.utf8.count {
            for second in stride(from: first, to: text.utf8.count, by: 7) {
                let parsed = parse(text, cutAt: [first, second])
                #expect(parsed == Parsed(statuses: [200], body: "hello", isEnded: true), "cut at \(first), \(second)")
            }
        }
    }

    @Test func `an interim answer is skipped`() {
        let parsed = parse("HTTP/1.1 103 Early Hints\r\nLink: x\r\n\r\n" + Self.fixed)
        #expect(parsed == Parsed(statuses: [200], body: "hello", isEnded: true))
    }

    @Test func `no content has no body`() {
        #expect(parse("HTTP/1.1 204 No Content\r\n\r\n") == Parsed(statuses: [204], isEnded: true))
    }

    @Test func `a body without a length ends with the connection`() {
        let text = "HTTP/1.1 200 OK\r\n\r\nhello"
        #expect(parse(text) == Parsed(statuses: [200], body: "hello"))
        #expect(parse(text, closes: true) == Parsed(statuses: [200], body: "hello", isEnded: true))
    }

    @Test func `a cut body does not end`() {
        let parsed = parse("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello", closes: true)
        #expect(parsed == Parsed(statuses: [200], body: "hello"))
    }

    @Test(arguments: [
        "garbage\r\n\r\n", "HTTP/2 200 OK\r\n\r\n", "HTTP/1.1 2x0 OK\r\n\r\n", "HTTP/1.1 2000 OK\r\n\r\n",
        "HTTP/1.1 200 OK\nContent-Length: 1\n\na",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: +1\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n",
        "HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", "HTTP/1.1 101 Switching\r\n\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\na\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n123456789\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n",
    ])
    func `doubtful framing is refused`(text: String) {
        #expect(parse(text).isMalformed)
    }

    @Test func `a head without end is refused`() {
        #expect(parse("HTTP/1.1 200 OK\r\nX: " + String(repeating: "a", count: 70_000)).isMalformed)
    }

    @Test func `trailers without end are refused`() {
        let start = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n"
        #expect(parse(start + String(repeating: "A: b\r\n", count: 5000)).isMalformed)
    }

    @Test(arguments: [("HTTP/1.1", "keep-alive", true), ("HTTP/1.1", "close", false), ("HTTP/1.0", "x", false)])
    func `keep-alive follows version and header`(version: String, connection: String, expected: Bool) {
        var parser = ResponseParser()
        var input = ByteBuffer(
            string: "\(version) 200 OK\r\nConnection: \(connection)\r\nContent-Length: 0\r\n\r\n")
        _ = parser.next(&input)
        #expect(parser.keepAlive == expected)
    }

    @Test func `many chunks of one read are one piece`() {
        var parser = ResponseParser()
        var input = ByteBuffer(
            string: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n1\r\nb\r\n1\r\nc\r\n")
        _ = parser.next(&input)
        guard case .body(let piece) = parser.next(&input) else {
            Issue.record("no body")
            return
        }
        #expect(String(buffer: piece) == "abc")
    }

    private func head(_ status: Int, _ fields: String) throws -> UpstreamHead {
        var parser = ResponseParser()
        var input = ByteBuffer(string: "HTTP/1.1 \(status) X\r\n\(fields)\r\nContent-Length: 0\r\n\r\n")
        guard case .head(let head) = parser.next(&input) else { throw NoHead() }
        return head
    }

    private struct NoHead: Error {}

    @Test(
        arguments: [
            ("Retry-After: 7", 7), ("retry-after: 0", 0), ("RETRY-AFTER: 1.2", 2), ("Retry-After: 2.0", 2),
            ("Retry-After: Fri, 31 Dec 1999 23:59:59 GMT", nil), ("Retry-After: soon", nil), ("Retry-After: -1", nil),
            ("Retry-After: ", nil),
            ("Retry-After: 1e3", nil), ("Retry-After: 1.x", nil), ("Retry-After: .5", nil),
            ("Retry-After: 1234567890", nil), ("retry-after-ms: 1500", 2), ("Retry-After-Ms: 20", 1),
            ("retry-after-ms: 0", 0), ("retry-after-ms: 1000.5", 2), ("retry-after-ms: soon", nil),
            ("retry-after-ms: 1500\r\nRetry-After: 60", 2), ("Retry-After: 60\r\nretry-after-ms: 1500", 2),
            ("retry-after-ms: soon\r\nRetry-After: 60", 60), ("X-Retry-After: 7", nil),
        ] as [(String, Int?)])
    func `retry-after is read in seconds or milliseconds, and a part of one counts whole`(fields: String, seconds: Int?)
        throws
    {
        #expect(try head(429, fields).retryAfterSeconds == seconds)
    }

    /// The answer's own date, if it has one, is Sun, 06 Nov 1994 08:49:37 GMT.
    @Test(
        arguments: [
            ("Retry-After: Sun, 06 Nov 1994 08:49:57 GMT", 20), ("Retry-After: Sunday, 06-Nov-94 08:50:37 GMT", 60),
            ("Retry-After: Sun Nov  6 08:49:38 1994", 1), ("Retry-After: Mon, 07 Nov 1994 08:49:37 GMT", 86_400),
            ("Retry-After: Sun, 06 Nov 1994 08:00:00 GMT", 0), ("Retry-After: Fri, 31 Dec 9999 23:59:59 GMT", nil),
            ("Retry-After: Sun, 06 Nov 1994 08:49:57", nil), ("Retry-After: Sun, 06 Nov 1994 25:49:57 GMT", nil),
            ("Retry-After: Sun, 06 Nov 1994 08:49 GMT", nil), ("Retry-After: tomorrow", nil),
            ("retry-after-ms: 1500\r\nRetry-After: Sun, 06 Nov 1994 08:49:57 GMT", 2),
            ("Retry-After: Sun, 06 Nov 1994 08:49:57 GMT\r\nretry-after-ms: 1500", 2),
        ] as [(String, Int?)])
    func `retry-after is read as a date too, against the answer's own clock or ours`(fields: String, seconds: Int?)
        throws
    {
        for date in ["Date: Sun, 06 Nov 1994 08:49:37 GMT\r\n", ""] {
            for fields in date.isEmpty ? [fields] : [date + fields, fields + "\r\n" + date.dropLast()] {
                let head = try head(429, fields)
                // Ours is right where the answer has none, and an hour off where it has one.
                let ours = 784_111_777 + (date.isEmpty ? 0 : 3600)
                if fields.contains("9999") {
                    #expect(head.retryAfter(unixSeconds: ours) ?? 0 > 1 << 31)
                } else {
                    #expect(head.retryAfter(unixSeconds: ours) == seconds)
                }
            }
        }
    }

    @Test(arguments: [
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0), ("Thu, 29 Feb 2024 12:00:00 GMT", 1_709_208_000),
        ("Fri, 01 Mar 2024 00:00:00 GMT", 1_709_251_200), ("Sun, 29 Nov 2026 23:59:60 GMT", 1_795_996_800),
        ("Wednesday, 31-Dec-69 23:59:59 GMT", 3_155_759_999), ("Thu Jan  1 00:00:01 1970", 1),
    ])
    func `dates of every form are seconds since 1970`(text: String, seconds: Int) {
        let bytes = Array(text.utf8)
        #expect(bytes.withUnsafeBufferPointer { HTTPDate.unixSeconds($0) } == seconds)
    }

    @Test(
        arguments: [
            ("x-request-id: req_1", "req_1"), ("X-Request-ID:req_1", "req_1"), ("Request-Id: r-2", "r-2"),
            ("x-amzn-RequestId: \t 3f-4 ", "3f-4"), ("X-Request-Id: a b", "a"), ("X-Request-Id: \u{1B}[31m", nil),
            ("X-Request-Id: ", nil), ("X-Request-Id: \r\nrequest-id: b", "b"), ("X-Request-Ids: a", nil),
            ("X-Request-Id: " + String(repeating: "a", count: 300), String(repeating: "a", count: 128)),
        ] as [(String, String?)])
    func `the name of a failed request at the cloud is read`(fields: String, expected: String?) throws {
        #expect(try head(429, fields).upstreamRequestID == expected)
        #expect(try head(400, fields).upstreamRequestID == expected)
        #expect(try head(200, fields).upstreamRequestID == nil)
    }

    @Test func `names of headers have any case`() {
        let text = "HTTP/1.1 200 OK\r\ncONTENT-lENGTH: 5\r\n\r\nhello"
        #expect(parse(text) == Parsed(statuses: [200], body: "hello", isEnded: true))
    }

    @Test func `interim answers without end are refused`() {
        let interim = "HTTP/1.1 100 Continue\r\n\r\n"
        let some = String(repeating: interim, count: ResponseParser.maximumInterim)
        #expect(parse(some + Self.fixed) == Parsed(statuses: [200], body: "hello", isEnded: true))
        #expect(parse(some + interim + Self.fixed).isMalformed)
    }

    @Test func `a head that is too long is refused though it comes whole`() {
        let field = "X: " + String(repeating: "a", count: 70_000) + "\r\n"
        #expect(parse("HTTP/1.1 200 OK\r\n\(field)Content-Length: 0\r\n\r\n").isMalformed)
    }
}
