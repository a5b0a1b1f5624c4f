import Testing

@testable import Ledger

@Suite struct ModelPatternTests {
    @Test(arguments: [
        ("*", "anything", true), ("*", "", true), ("openai/*", "openai/gpt-4o", true), ("openai/*", "openai/", true),
        ("openai/*", "azure/gpt-4o", false), ("openai/*", "openai", false), ("*-mini", "gpt-4o-mini", true),
        ("*-mini", "gpt-4o-mini-2", false), ("bedrock/*.claude-*", "bedrock/anthropic.claude-3", true),
        ("bedrock/*.claude-*", "bedrock/claude-3", false), ("a*a", "a", false), ("a*a", "aa", true),
        ("a*b*c", "a-b-b-c", true), ("a*b*c", "a-c-b", false), ("**", "x", true), ("gpt*", "Gpt-4", false),
    ])
    func `stars stand for any run of letters`(pattern: String, name: String, fits: Bool) throws {
        #expect(try #require(ModelPattern(pattern)).matches(name) == fits)
    }

    @Test func `a name without a star is none`() { #expect(ModelPattern("gpt-4o") == nil) }

    /// Beside the shortest recursive definition.
    @Test func `fits as its definition says`() throws {
        func fits(_ pattern: ArraySlice<Character>, _ name: ArraySlice<Character>) -> Bool {
            guard let first = pattern.first else { return name.isEmpty }
            if first == "*" {
                return fits(pattern.dropFirst(), name) || !name.isEmpty && fits(pattern, name.dropFirst())
            }
            return name.first == first && fits(pattern.dropFirst(), name.dropFirst())
        }
        var random = Generator(seed: 3)
        for _ in 0..<2_000 {
            let pattern =
                (0..<Int.random(in: 0...6, using: &random)).map { _ in "ab*".randomElement(using: &random)! } + ["*"]
            let name = (0..<Int.random(in: 0...8, using: &random)).map { _ in "ab".randomElement(using: &random)! }
            let isFit = try #require(ModelPattern(String(pattern))).matches(String(name))
            #expect(isFit == fits(pattern[...], name[...]), "\(String(pattern)) \(String(name))")
        }
    }
}
