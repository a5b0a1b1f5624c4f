import Testing

@testable import Ledger

@Suite struct JSONStepsTests {
    private func valid(_ text: String) -> Bool {
        var steps = JSONSteps(Array(text.utf8))
        return (try? steps.value()) != nil && steps.next() == nil
    }

    @Test(arguments: [
        "{}", "[]", " [ 1 , -2.5e-06 , true,false,null,\"a\\u00e9\\n\\\\\" ] ", "{\"a\":{\"b\":[{}]},\"c\":\"\"}", "0",
    ])
    func `passes JSON`(text: String) {
        #expect(valid(text))
    }

    @Test(arguments: [
        "", " ", "{", "}", "[", "[1,]", "[,1]", "{\"a\"}", "{\"a\":}", "{\"a\":1,}", "{a:1}", "[1 2]",
        "{\"a\":1 \"b\":2}",
        "\"", "\"\\", "\"\\x\"", "\"\\u12\"", "\"\\u12g4\"", "\"\n\"", "tru", "nul", "True", "nan", "[1]]", "{]", "'a'",
    ])
    func `stops at what is none`(text: String) {
        #expect(!valid(text))
    }

    @Test func `bounds how deep it goes`() {
        #expect(valid(String(repeating: "[", count: 64) + String(repeating: "]", count: 64)))
        #expect(!valid(String(repeating: "[", count: 65) + String(repeating: "]", count: 65)))
        #expect(!valid(String(repeating: "[", count: 1_000_000)))
    }

    @Test(arguments: [
        ("plain", "plain"), (#"a\/b\"\\\n\t"#, "a/b\"\\\n\t"), (#"\u00e9x"#, "éx"), (#"\ud83d\ude00"#, "😀"),
        (#"\ud83d!"#, "\u{fffd}!"), (#"é\u0041"#, "éA"),
    ])
    func `decodes strings`(written: String, meant: String) throws {
        var steps = JSONSteps(Array("\"\(written)\"".utf8))
        let value = try steps.value()
        #expect(steps.string((value.lowerBound + 1)..<(value.upperBound - 1)) == meant)
    }

    @Test(arguments: [21, 22] as [UInt64])
    func `damaged text never traps`(seed: UInt64) {
        var random = Generator(seed: seed)
        let whole = Array(#"{"a\u00e9":{"b":[1,2.5e-06,"x\\"]},"c":null,"d":[true,{}]}"#.utf8)
        for _ in 0..<2_000 {
            var text = Array(whole.prefix(.random(in: 0...whole.count, using: &random)))
            for _ in 0..<Int.random(in: 0...3, using: &random) where !text.isEmpty {
                text[.random(in: 0..<text.count, using: &random)] = .random(in: 0...255, using: &random)
            }
            var steps = JSONSteps(text)
            _ = try? steps.value()
            #expect(steps.position <= text.count)
            _ = try? PriceMap(json: text)
        }
    }
}
