import Foundation
import NIOCore
import Testing

@testable import Dialects

@Suite struct JSONStringTests {
    private func decode(_ raw: String) -> String { Array(raw.utf8).withUnsafeBytes { JSONString.decode($0) } }

    private func escape(_ text: String) -> String {
        var out = ByteBuffer()
        out.writeQuoted(text)
        return String(buffer: out)
    }

    @Test(arguments: [
        ("", ""), ("plain", "plain"), (#"\"\\\/\b\f\n\r\t"#, "\"\\/\u{8}\u{c}\n\r\t"), (#"\u0041\u00e9"#, "Aé"),
        (#"\ud83e\udd99"#, "🦙"), (#"\uD83E\uDD99!"#, "🦙!"), (#"\ud83e"#, "\u{fffd}"), (#"\udd99x"#, "\u{fffd}x"),
        (#"\ud83e\u0041"#, "\u{fffd}A"), (#"\ud83e\ud83e\udd99"#, "\u{fffd}🦙"), (#"é🦙\n"#, "é🦙\n"), (#"\u0000"#, "\0"),
    ])
    func `decodes`(_ raw: String, _ text: String) {
        #expect(decode(raw) == text)
    }

    @Test func `what is escaped decodes to itself and is valid`() throws {
        var random = Generator(seed: 11)
        for _ in 0..<500 {
            let scalars = (0..<Int.random(in: 0...30, using: &random)).map { _ in
                Unicode.Scalar(UInt32.random(in: 0..<0x300, using: &random))!
            }
            var text = String()
            text.unicodeScalars.append(contentsOf: scalars)
            let quoted = escape(text)
            #expect(JSONText(quoted) != nil)
            #expect(decode(String(quoted.dropFirst().dropLast())) == text)
            #expect(JSONText.string(text).description == quoted)
            let read = try JSONSerialization.jsonObject(with: Data(quoted.utf8), options: .fragmentsAllowed)
            #expect(read as? String == text)
        }
    }

    @Test(arguments: [0, 7, 10, 4_096, -1, -250, Int.max, Int.min])
    func `writes whole numbers`(_ number: Int) {
        var out = ByteBuffer()
        out.writeDecimal(number)
        #expect(String(buffer: out) == "\(number)")
    }
}
