import NIOCore
import Testing

@testable import Upstream

/// The coding of RFC 9112 section 7.1: what it gives does not depend on how the bytes come in.
@Suite struct ChunkDecoderTests {
    /// All data of an answer that comes in these reads, and how it ended.
    private func read(_ pieces: [String]) -> (data: String, end: String) {
        var decoder = ChunkDecoder()
        var data = ""
        for piece in pieces {
            var input = ByteBuffer(string: piece)
            reading: while true {
                switch decoder.decode(&input) {
                case .bytes(let bytes): data += String(buffer: bytes)
                case .needMore: break reading
                case .end: return (data, "end")
                case .malformed: return (data, "malformed")
                }
            }
        }
        return (data, "open")
    }

    private static let sound = [
        "5\r\nhello\r\n0\r\n\r\n",
        "005\r\nhello\r\n00000006\r\n world\r\n000\r\n\r\n",
        "A\r\n0123456789\r\n1;name=\"value\"\r\n!\r\n0;last\r\nTrailer: 1\r\n\r\n",
        "1 \r\na\r\n1\t;x\r\nb\r\n0\r\n\r\n",
        "2\r\n\r\n\r\n1\r\n\n\r\n1\r\n0\r\n0\r\n\r\n",
    ]

    @Test(arguments: sound) func `cut anywhere, an answer is the same`(answer: String) {
        let whole = read([answer])
        #expect(whole.end == "end" && !whole.data.isEmpty)
        let bytes = Array(answer.utf8)
        for first in 0...bytes.count {
            for second in first...bytes.count {
                let pieces = [bytes[..<first], bytes[first..<second], bytes[second...]]
                let cut = read(pieces.map { String(decoding: $0, as: UTF8.self) })
                #expect(cut == whole, "cut at \(first) and \(second)")
            }
        }
    }

    @Test(
        arguments: [
            "5\nhello\r\n0\r\n\r\n", "5\r\nhello0\r\n\r\n", "5\r\nhello\n0\r\n\r\n", "\r\nhello\r\n", "g\r\n", "-1\r\n",
            "000000005\r\nhello\r\n", "5\r\nhello\r\r\n", " 5\r\nhello\r\n", "0x5\r\nhello\r\n", "5\r\r\nhello\r\n",
        ]) func `what is no chunk is refused, in one read and byte by byte`(answer: String)
    {
        #expect(read([answer]).end == "malformed")
        #expect(read(answer.utf8.map { String(decoding: [$0], as: UTF8.self) }).end == "malformed")
    }

    @Test func `what follows the last chunk is left alone`() {
        var decoder = ChunkDecoder()
        var input = ByteBuffer(string: "1\r\na\r\n0\r\n\r\nHTTP/1.1 200")
        guard case .bytes = decoder.decode(&input), case .end = decoder.decode(&input) else {
            Issue.record("no data, or no end")
            return
        }
        #expect(String(buffer: input) == "HTTP/1.1 200")
    }
}
