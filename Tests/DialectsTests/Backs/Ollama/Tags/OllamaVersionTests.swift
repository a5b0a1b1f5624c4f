import Dialects
import Testing

@Suite struct OllamaVersionTests {
    @Test func `releases are in the order in which they came`() throws {
        let texts = [
            "0.1.48", "0.5.7", "v0.9.6", "0.9.10", "0.12.0-rc0", "0.12.0-rc1", "0.12.0", "0.12.0.1", "0.33.0", "1.0",
        ]
        let versions = try texts.map { try #require(OllamaVersion($0)) }
        #expect(versions.shuffled().sorted().map(\.text) == texts)
        for (index, one) in versions.enumerated() {
            for (place, other) in versions.enumerated() { #expect((one < other) == (index < place)) }
        }
    }

    @Test(arguments: ["", "0.0.0", "main", "0..1", "0.x", "-rc1", "0.-1.2"])
    func `what is no release is none`(text: String) { #expect(OllamaVersion(text) == nil) }
}
