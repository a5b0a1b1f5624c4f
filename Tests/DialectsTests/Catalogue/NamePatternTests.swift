import Dialects
import Testing

@Suite struct NamePatternTests {
    @Test(
        arguments: [
            ("*", "anything", ["anything"]), ("*", "", [""]), ("ollama/*", "ollama/llama3.1:8b", ["llama3.1:8b"]),
            ("ollama/*", "ollama/", [""]), ("ollama/*", "openai/llama3", nil), ("ollama/*", "ollama", nil),
            ("claude-*", "claude-sonnet-4-5-20250929", ["sonnet-4-5-20250929"]), ("*-mini", "gpt-4o-mini", ["gpt-4o"]),
            ("*-mini", "gpt-4o-mini-audio", nil),
            ("claude-*-4-5*", "claude-sonnet-4-5-20250929", ["sonnet", "-20250929"]),
            ("*meta.llama3*", "hello-meta.llama3-70b", ["hello-", "-70b"]), ("a*a", "a", nil), ("a*a", "aa", [""]),
            ("llm/fo::*::static::*", "llm/fo::bar::static::baz", ["bar", "baz"]), ("*x*", "axbxc", ["axb", "c"]),
            ("**", "ab", ["ab", ""]), ("gpt-4*o", "gpt-4é-o", ["é-"]), ("hf/*/*", "hf/a/b/c", ["a/b", "c"]),
        ] as [(String, String, [String]?)])
    func `a name fits as a whole, and the first star takes all that it can`(
        text: String, name: String, runs: [String]?
    ) throws {
        let pattern = try #require(NamePattern(text))
        #expect(pattern.match(name) == runs)
        #expect(pattern.matches(name) == (runs != nil))
    }

    @Test func `a name without a star is no pattern`() {
        #expect(NamePattern("llama3") == nil)
        #expect(NamePattern("") == nil)
    }

    @Test(arguments: [
        ("ollama/*", ["llama3:8b"], "llama3:8b", "ollama/llama3:8b"), ("llama3", ["x"], "y", "llama3"),
        ("bedrock/*meta.llama3*", ["eu.", "-70b"], "n", "bedrock/eu.meta.llama3-70b"),
        ("openai/*", ["a", "b"], "a-and-b", "a-and-b"), ("*/*", ["a"], "a", "a/*"), ("*", [""], "", ""),
    ])
    func `a template is filled with the runs in their order`(
        template: String, runs: [String], name: String, filled: String
    ) {
        #expect(NamePattern.fill(template, with: runs, of: name) == filled)
    }

    /// The order was taken from LiteLLM's own `PatternUtils.sorted_patterns`.
    @Test func `of two patterns the one comes first that LiteLLM puts first`() throws {
        let texts = [
            "*", "**", "ollama/*", "ollama/llama*", "claude-*", "claude-*-4*", "a*", "b*", "*a", "*.b", "(x)*",
        ]
        let patterns = try texts.map { try #require(NamePattern($0)) }
        let sorted = patterns.enumerated().sorted { first, second in
            first.element.precedes(second.element)
                || !second.element.precedes(first.element) && first.offset < second.offset
        }
        #expect(
            sorted.map(\.element.text) == [
                "claude-*-4*", "ollama/llama*", "claude-*", "ollama/*", "(x)*", "**", "*.b", "a*", "b*", "*a", "*",
            ])
        for first in patterns { #expect(!first.precedes(first)) }
    }

    /// What LiteLLM's regular expression `(.*)` gives, by trying every way to cut a name.
    private func greedy(_ pieces: [Substring], _ name: Substring) -> [String]? {
        guard let first = pieces.first, name.hasPrefix(first) else { return nil }
        let rest = name.dropFirst(first.count)
        guard pieces.count > 1 else { return rest.isEmpty ? [] : nil }
        for length in (0...rest.count).reversed() {
            if let tail = greedy(Array(pieces.dropFirst()), rest.dropFirst(length)) {
                return [String(rest.prefix(length))] + tail
            }
        }
        return nil
    }

    @Test(arguments: 0..<400 as Range<UInt64>)
    func `the runs are those of a regular expression that takes all that it can`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        func word(_ letters: String, _ most: Int) -> String {
            String((0..<Int.random(in: 0...most, using: &random)).map { _ in letters.randomElement(using: &random)! })
        }
        let (text, name) = (word("ab*", 6) + "*" + word("ab*", 3), word("ab", 9))
        let pattern = try #require(NamePattern(text))
        let pieces = text.split(separator: "*", omittingEmptySubsequences: false)
        #expect(pattern.match(name) == greedy(pieces, name[...]), "\(text) of \(name)")
        if let runs = pattern.match(name) { #expect(NamePattern.fill(text, with: runs, of: name) == name) }
    }
}
