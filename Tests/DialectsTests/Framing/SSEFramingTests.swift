import NIOCore
import Testing

@testable import Dialects

@Suite struct SSEFramingTests {
    /// The data of all events, with the bytes cut at a place.
    private static func events(_ bytes: [UInt8], cut: Int) -> [String] {
        var framing = SSEFraming()
        var found: [String] = []
        for piece in [bytes[..<cut], bytes[cut...]] {
            _ = framing.feed(ByteBuffer(bytes: piece)) { _, data in
                found.append(String(decoding: data, as: UTF8.self))
                return true
            }
        }
        framing.finish { _, data in found.append(String(decoding: data, as: UTF8.self)) }
        return found
    }

    @Test func `the mark of UTF-8 before a stream does not hide its first event`() {
        let bytes = [0xEF, 0xBB, 0xBF] + Array("data: one\n\ndata: two\n\n".utf8)
        for cut in 0...bytes.count { #expect(Self.events(bytes, cut: cut) == ["one", "two"]) }
        // A line of nothing else is passed over, however long.
        let marks = Array(repeating: [0xEF, 0xBB, 0xBF] as [UInt8], count: 100_000).flatMap { $0 }
        #expect(Self.events(marks + Array("\ndata: one\n\n".utf8), cut: 7) == ["one"])
    }
}
