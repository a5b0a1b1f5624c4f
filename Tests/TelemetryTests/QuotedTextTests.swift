import Testing

@testable import Telemetry

@Suite struct QuotedTextTests {
    @Test(arguments: [
        ("", #""""#), ("plain", #""plain""#), (#"a"b\c/"#, #""a\"b\\c/""#),
        ("line\nfeed\r\ttab", #""line\nfeed\r\ttab""#),
        ("\u{0}\u{1}\u{1f}\u{7f}", #""\u0000\u0001\u001f\u007f""#), ("é 日本 🐑", #""é 日本 🐑""#),
        ("\u{2028}", "\"\u{2028}\""),
    ])
    func `escapes what JSON wants escaped, and nothing else`(text: String, json: String) {
        #expect(String(decoding: QuotedText.quoted(text), as: UTF8.self) == json)
    }
}
