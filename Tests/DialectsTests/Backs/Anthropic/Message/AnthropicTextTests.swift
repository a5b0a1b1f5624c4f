import NIOCore
import Testing

@testable import Dialects

@Suite struct AnthropicTextTests {
    private func trimmed(_ raw: String) -> String {
        let count = ByteBuffer(string: raw).withUnsafeReadableBytes { AnthropicText.trimmedEnd($0) }
        return String(raw.prefix(count))
    }

    @Test(arguments: [
        ("", ""), ("a", "a"), ("a ", "a"), (#"a\n"#, "a"), (#"a \t\r\n\f "#, "a"), (#"a\\n"#, #"a\\n"#),
        (#"a\\\n"#, #"a\\"#), (#"\n"#, ""), ("n", "n"), (#"\""#, #"\""#), (" ", ""), (#"\\\\n"#, #"\\\\n"#),
    ])
    func `cuts white space off the end`(_ raw: String, _ expected: String) { #expect(trimmed(raw) == expected) }

    @Test(arguments: [
        ("u-1", false), ("a@b", true), ("1234567", true), ("123456", false), ("+1 (23) 45-67", true),
        ("12345a7", false),
    ])
    func `knows addresses`(_ raw: String, _ expected: Bool) {
        #expect(ByteBuffer(string: raw).withUnsafeReadableBytes { AnthropicText.isAddress($0) } == expected)
    }
}
