import Dialects
import Gateway
import Testing

@testable import Server

@Suite struct RequestSnifferTests {
    private static let plain =
        "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost:4000\r\nAuthorization: Bearer anything\r\nX-Stainless-OS: Linux\r\nContent-Length: 12\r\n\r\n"

    private func sniff(_ text: String) -> RequestSniffer.Verdict {
        var text = text
        return text.withUTF8 { RequestSniffer.sniff(UnsafeRawBufferPointer($0)) }
    }

    private func head(_ text: String) -> SniffedHead? { if case .hot(let head) = sniff(text) { head } else { nil } }
    private func value(of header: CallHeader, in text: String) -> String? {
        var text = text
        return text.withUTF8 { bytes in
            let raw = UnsafeRawBufferPointer(bytes)
            guard case .hot(let head) = RequestSniffer.sniff(raw) else { return nil }
            return SniffedFields(head: head, raw: raw).firstText(header)
        }
    }
    private func isRejected(_ text: String) -> Bool { if case .reject = sniff(text) { true } else { false } }
    private func needsMore(_ text: String) -> Bool { if case .needMore = sniff(text) { true } else { false } }

    @Test func `a plain hot request is read in place`() throws {
        let text = Self.plain
        let head = try #require(self.head(text))
        #expect(head.length == text.utf8.count)
        #expect(head.contentLength == 12)
        #expect(head.front == .openAIChat)
        #expect(value(of: .host, in: text) == "localhost:4000")
        #expect(value(of: .authorization, in: text) == "Bearer anything")
    }

    @Test func `every prefix needs more`() {
        for length in 0..<Self.plain.count {
            #expect(needsMore(String(Self.plain.prefix(length))), "\(length)")
        }
    }

    @Test(arguments: [
        ("/v1/chat/completions", Front.openAIChat), ("/chat/completions", .openAIChat),
        ("/v1/completions", .openAICompletions),
        ("/completions", .openAICompletions), ("/v1/embeddings", .openAIEmbeddings), ("/embeddings", .openAIEmbeddings),
    ])
    func `every hot path is known with and without v1`(path: String, front: Front) {
        let text = Self.plain.split(separator: " ", maxSplits: 2)
        #expect(head("POST \(path) \(text[2])")?.front == front)
    }

    @Test(arguments: [
        "GET /v1/models HTTP/1.1\r\n", "POST /v1/chat/completions?x=1 HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n\r\n",
        "POST /v1/chat/completions HTTP/1.0\r\nHost: x\r\nContent-Length: 1\r\n\r\n", "POST /pool/x/drain HTTP/1.1\r\n",
        "POST /v1/chat/completions HTTP/1.1\nHost: x\n", "post /v1/chat/completions HTTP/1.1\r\n",
    ])
    func `everything that is not plain goes to the full parser`(text: String) { #expect(isRejected(text)) }

    @Test(arguments: [
        "Transfer-Encoding: chunked", "Expect: 100-continue", "Upgrade: h2c", "Trailer: x", "Connection: close",
        "Content-Length: 12", "Content-Encoding: gzip", "Host: other", "Bad Name: x", ": x", "X: a\u{1}b",
        "Content-Length : 1",
    ])
    func `a field that changes framing or is malformed goes to the full parser`(line: String) {
        let text = Self.plain.dropLast() + line + "\r\n\r\n"
        #expect(isRejected(String(text)))
    }

    @Test func `a control character anywhere in a value goes to the full parser, and nothing else does`() {
        for length in 1...40 {
            for byte in [0x00, 0x01, 0x08, 0x09, 0x0B, 0x1F, 0x20, 0x7E, 0x7F] as [UInt8] {
                for place in [0, 1, 7, 8, 9, length / 2, length - 1] where place < length {
                    for name in ["X", "X-Stainless-Async"] {
                        var value = [UInt8](repeating: UInt8(ascii: "a"), count: length)
                        value[place] = byte
                        let field = name + ":" + String(decoding: value, as: UTF8.self) + "\r\n\r\n"
                        let text = Self.plain.dropLast() + field
                        let isControl = byte < 0x20 && byte != 0x09 || byte == 0x7F
                        #expect(isRejected(String(text)) == isControl, "\(byte) at \(place) of \(length)")
                    }
                }
            }
        }
        #expect(head(Self.plain.dropLast() + "X: caf\u{e9} \u{1F600}\r\n\r\n") != nil)
    }

    @Test(arguments: ["+2", "-1", "1x", "", "0x10", "99999999999"])
    func `a length that is no plain number goes to the full parser`(length: String) {
        #expect(isRejected("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\nContent-Length: \(length)\r\n\r\n"))
    }

    @Test func `without a length or a host it goes to the full parser`() {
        #expect(isRejected("POST /v1/embeddings HTTP/1.1\r\nHost: x\r\n\r\n"))
        #expect(isRejected("POST /v1/embeddings HTTP/1.1\r\nContent-Length: 1\r\n\r\n"))
    }

    @Test func `an endless request line is not waited for`() {
        #expect(isRejected("POST /" + String(repeating: "a", count: 200)))
    }

    @Test(arguments: CallHeader.allCases)
    func `every header of the table is found where it stands, and twice or empty it is for the full parser`(
        header: CallHeader
    ) {
        let request = "POST /api/chat HTTP/1.1\r\n\(header == .host ? "" : "Host: x\r\n")Content-Length: 1\r\n"
        let name = header.name.description
        for name in [name, name.uppercased()] {
            let line = name + ": \t value \t\r\n"
            #expect(value(of: header, in: request + line + "\r\n") == "value")
            for other in CallHeader.allCases where other != header && other != .host {
                #expect(value(of: other, in: request + line + "\r\n") == nil, "\(other)")
            }
            #expect(isRejected(request + line + line + "\r\n"))
            #expect(isRejected(request + name + ": \r\n\r\n"))
        }
    }

    @Test func `a byte that no token has anywhere in a name goes to the full parser, and nothing else does`() {
        let tokens = Set("!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ".utf8)
        let plain = Array(Self.plain.utf8.dropLast(2))
        for length in 1...24 {
            for place in Set([0, 1, 7, 8, 15, 16, length / 2, length - 1]) where place < length {
                // A colon ends the name, and a line feed the line.
                for byte in 0...255 as ClosedRange<UInt8> where byte != 0x3A && byte != 0x0A {
                    var name = [UInt8](repeating: UInt8(ascii: "x"), count: length)
                    name[place] = byte
                    let text = plain + name + Array(": value\r\n\r\n".utf8)
                    let verdict = text.withUnsafeBytes { RequestSniffer.sniff($0) }
                    let isHot = if case .hot = verdict { true } else { false }
                    #expect(isHot == tokens.contains(byte), "\(byte) at \(place) of \(length)")
                }
            }
        }
    }

    @Test func `a name of the same length that differs in one byte is another name`() {
        let value = "1"
        for name in ["host", "origin", "expect", "api-key", "x-api-key", "authorization", "transfer-encoding"] {
            for place in name.indices {
                var other = name
                other.replaceSubrange(place...place, with: name[place] == "-" ? "." : name[place] == "z" ? "y" : "z")
                guard let head = head(Self.plain.dropLast() + "\(other): \(value)\r\n\r\n") else {
                    Issue.record("\(other) is not plain")
                    continue
                }
                #expect(head[.origin].count == 0, "\(other)")
                #expect(head[.host].count == "localhost:4000".utf8.count, "\(other)")
                #expect(head[.authorization].count == "Bearer anything".utf8.count, "\(other)")
            }
        }
    }
}
