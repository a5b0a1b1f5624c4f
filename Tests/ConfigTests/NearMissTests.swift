import Testing

@testable import Config

@Suite struct NearMissTests {
    @Test(arguments: [
        ("gpt-4", ["gpt-4o", "claude"], "gpt-4o"),
        ("routing_stategy", ["routing_strategy", "timeout"], "routing_strategy"),
        ("lest-busy", ["least-busy", "latency-based"], "least-busy"),
        ("Least_Busy", ["least-busy"], "least-busy"),
        ("tiemout", ["timeout"], "timeout"),
        ("retry-after", ["retry_after"], "retry_after"),
    ])
    func `finds what was meant`(text: String, names: [String], meant: String) {
        #expect(NearMiss.of(text, among: names) == meant)
    }

    @Test(arguments: [
        ("banana", ["timeout", "weight"]), ("id", ["rpm"]), ("", ["a_key"]), ("timeout", []),
    ])
    func `is silent about what is far off`(text: String, names: [String]) {
        #expect(NearMiss.of(text, among: names) == nil)
    }

    @Test func `prefers the closest, and of equals the first`() {
        #expect(NearMiss.of("llama", among: ["llama33", "llama3"]) == "llama3")
        #expect(NearMiss.of("llama", among: ["llamb", "llamc"]) == "llamb")
    }
}
