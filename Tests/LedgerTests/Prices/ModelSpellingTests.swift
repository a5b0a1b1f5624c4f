import Testing

@testable import Ledger

@Suite struct ModelSpellingTests {
    @Test(arguments: [
        ("gpt-4o-2024-08-06", "gpt-4o"), ("claude-3-opus-20240229", "claude-3-opus"),
        ("claude-3-opus@20240229", "claude-3-opus"), ("mistral-large-latest", "mistral-large"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "anthropic.claude-3-5-sonnet"),
    ])
    func `takes away dates, versions and latest`(name: String, plain: String) {
        #expect(ModelSpelling.undated(name) == plain)
    }

    @Test(arguments: [
        "", "-", "-latest-", "mistral-large-2411", "grok-4-0709", "gpt-4-0613", "m-20241322", "m-20240132",
        "m-2024-13-01",
        "m-2024+1-01", "m-20240100", "m-19991231", "solar-v1.0", "phi-v2", "m-v1:", "m-v:1", "m-v1:0:0", "m-x1:0",
        "é-2024-08-0é",
    ])
    func `leaves what is none of them`(name: String) {
        #expect(ModelSpelling.undated(name) == name)
    }
}
