import NIOCore
import Testing

@testable import Server

/// Tabs in the fields of a head become spaces, and nothing else does.
@Suite struct FieldTabsTests {
    /// The bytes after they have come in pieces of so many.
    private func replace(_ text: String, pieces: Int) -> String {
        var tabs = FieldTabs()
        var out = ""
        var rest = ByteBuffer(string: text)
        while rest.readableBytes > 0 {
            var piece = rest.readSlice(length: min(pieces, rest.readableBytes))!
            tabs.replace(in: &piece)
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
        ("GET\t/\tHTTP/1.1\r\nA:\tb\r\n\r\n", "GET\t/\tHTTP/1.1\r\nA: b\r\n\r\n"),
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
        var tabs = FieldTabs()
        tabs.replace(in: &bytes)
        #expect(String(buffer: bytes) == "GET / HTTP/1.1\r\nA: b\r\n\r\n")
        bytes.moveReaderIndex(to: 0)
        #expect(bytes.getString(at: 0, length: 5) == "\t\tGET")
    }
}
