import NIOCore
import Testing

@testable import Server

/// The guard before the full parser: its faults, and tabs in the fields of a head, which become spaces.
@Suite struct FramingGuardTests {
    /// The bytes after they have come in pieces of so many.
    private func replace(_ text: String, pieces: Int) -> String {
        var framing = FramingGuard(maxBody: 1000)
        var out = ""
        var rest = ByteBuffer(string: text)
        while rest.readableBytes > 0 {
            var piece = rest.readSlice(length: min(pieces, rest.readableBytes))!
            _ = framing.check(&piece)
            out += String(buffer: piece)
        }
        return out
    }

    private static let cases = [
        // Around a value, alone and beside spaces; the empty line ends the fields.
        ("GET / HTTP/1.1\r\nHost:\tbox\t\r\nA: \t b\r\n\r\n", "GET / HTTP/1.1\r\nHost: box \r\nA:   b\r\n\r\n"),
        ("POST /x HTTP/1.0\nContent-Length:\t3\n\na\tb", "POST /x HTTP/1.0\nContent-Length: 3\n\na\tb"),
        // Blank lines may come before a request.
        ("\r\n\nGET / HTTP/1.1\r\nA:\tb\r\n\r\n", "\r\n\nGET / HTTP/1.1\r\nA: b\r\n\r\n"),
        // The body is as it was sent, and so is what comes behind it.
        ("GET / HTTP/1.1\r\nA: b\r\n\r\nx\ty\r\nA:\tb\r\n", "GET / HTTP/1.1\r\nA: b\r\n\r\nx\ty\r\nA:\tb\r\n"),
        // A request line that is none: the bytes could be anything.
        ("{\"a\":\t1}\r\nA:\tb\r\n", "{\"a\":\t1}\r\nA:\tb\r\n"),
        ("GET / HTTP/2.0\r\nA:\tb\r\n", "GET / HTTP/2.0\r\nA:\tb\r\n"),
        // The next request's fields count again, behind a body with a length and behind chunks.
        (
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na\tbGET / HTTP/1.1\r\nA:\tb\r\n\r\n",
            "POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\na\tbGET / HTTP/1.1\r\nA: b\r\n\r\n"
        ),
        (
            "POST / HTTP/1.1\r\nTransfer-Encoding:\tchunked\r\n\r\n3;\t\r\na\tb\r\n0\r\nT:\t1\r\n\r\nGET / HTTP/1.1\r\nA:\tb\r\n\r\n",
            "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n3;\t\r\na\tb\r\n0\r\nT:\t1\r\n\r\nGET / HTTP/1.1\r\nA: b\r\n\r\n"
        ),
        // A line that folds begins with white space: it is no empty one.
        ("GET / HTTP/1.1\r\nA: b\r\n\tc\r\n\r\n\t", "GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n\t"),
        ("", ""),
    ]

    @Test(arguments: cases)
    func `a tab in a field is a space, however the bytes come`(text: String, expected: String) {
        for pieces in 1...max(1, text.utf8.count) { #expect(replace(text, pieces: pieces) == expected, "by \(pieces)") }
    }

    @Test func `bytes before the reader index stay as they are`() {
        var bytes = ByteBuffer(string: "\t\tGET / HTTP/1.1\r\nA:\tb\r\n\r\n")
        bytes.moveReaderIndex(forwardBy: 2)
        var framing = FramingGuard(maxBody: 1000)
        let fault = framing.check(&bytes)
        #expect(fault == nil)
        #expect(String(buffer: bytes) == "GET / HTTP/1.1\r\nA: b\r\n\r\n")
        bytes.moveReaderIndex(to: 0)
        #expect(bytes.getString(at: 0, length: 5) == "\t\tGET")
    }

    /// The fault of a text that comes in pieces of so many, and the bytes that go on.
    private func check(_ text: String, pieces: Int) -> (fault: FramingGuard.Fault?, passed: String) {
        var framing = FramingGuard(maxBody: 1000)
        var rest = ByteBuffer(string: text)
        var passed = ""
        while rest.readableBytes > 0 {
            var piece = rest.readSlice(length: min(pieces, rest.readableBytes))!
            let fault = framing.check(&piece)
            passed += String(buffer: piece)
            if let fault { return (fault, passed) }
        }
        return (nil, passed)
    }

    private static let chunked = "POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"

    @Test(
        arguments: [
            ("GET  / HTTP/1.1\r\n", FramingGuard.Fault.requestLine, "GET "),
            ("GET /  HTTP/1.1\r\n", .requestLine, "GET / "),
            (" GET / HTTP/1.1\r\n", .requestLine, ""),
            ("GET / x HTTP/1.1\r\n", .requestLine, "GET / x HTTP/1.1\r"),
            (chunked + "3e9\r\nxx", .chunkTooLarge, chunked + "3e"),
            (chunked + "3e8\r\n\(String(repeating: "x", count: 1000))\r\n1\r\n", .chunkTooLarge, nil),
            (chunked + "2;\(String(repeating: "x", count: 16_385))", .tooMuchFraming, nil),
        ] as [(String, FramingGuard.Fault, String?)])
    func `a fault is found at its first byte, and nothing from there on goes to the parser`(
        text: String, fault: FramingGuard.Fault, passed: String?
    ) {
        for pieces in [1, 2, 3, 7, text.utf8.count] {
            let found = check(text, pieces: pieces)
            #expect(found.fault == fault, "\(text.prefix(40)) by \(pieces)")
            if let passed { #expect(found.passed == passed, "by \(pieces)") }
        }
    }

    @Test(arguments: [
        // Framing that is the parser's to judge is looked at no further.
        "POST / HTTP/1.1\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n",
        "POST / HTTP/1.1\r\nContent-Length: x\r\n\r\nGET  / HTTP/1.1\r\n",
        "CONNECT a:1 HTTP/1.1\r\n\r\nGET  / HTTP/1.1\r\n",
        "GET / HTTP/1.1\r\nUpgrade: x\r\n\r\nGET  / HTTP/1.1\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM  \r\n",
        // A body is a body, whatever it looks like.
        "POST / HTTP/1.1\r\nContent-Length: 16\r\n\r\nGET  / HTTP/1.1\r",
        chunked + "10\r\nGET  / HTTP/1.1\r\r\n0\r\n\r\n",
        chunked + "3E8\r\n\(String(repeating: "x", count: 1000))\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n",
        "GET / HTTP/1.1\r\nTransfer-Encoding-Of-Mine: 3e9\r\n\r\nGET / HTTP/1.1\r\n\r\n",
    ])
    func `what is no fault goes on as it came`(text: String) {
        for pieces in [1, 2, 3, 7, text.utf8.count] {
            let found = check(text, pieces: pieces)
            #expect(found.fault == nil && found.passed == text, "by \(pieces)")
        }
    }
}
