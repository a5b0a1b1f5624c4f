import Dialects
import NIOCore
import Testing

@Suite struct OllamaTagsTests {
    private static let details =
        #"{"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"], "parameter_size": "8.0B", "quantization_level": "Q4_K_M"}"#
    private static let digest = "365c0bd3c000a25d28ddbf732fe1c6add414de7275464c4e4d1c3b5fcb5d8ad1"

    @Test func `reads the tags`() throws {
        #expect(
            OllamaTags.tags(try Fixture.ollama("tags.json")) == [
                OllamaTag(
                    name: "llama3.1:8b", digest: Self.digest, size: 4_920_753_328, isRemote: false,
                    thinks: false, chats: true, embeds: false, capabilities: ["completion", "tools"],
                    modifiedAt: "2026-08-01T09:12:33.123456789+02:00",
                    details: Self.details),
                OllamaTag(
                    name: "gpt-oss:120b-cloud", digest: String(repeating: "0", count: 64), size: 384, isRemote: true,
                    modifiedAt: "2026-08-01T09:12:33Z", details: #"{"families": null}"#),
                OllamaTag(name: "User/Mixed:7B", digest: String(repeating: "f", count: 64), size: 1, isRemote: false),
            ])
    }

    @Test(arguments: [
        (#"["completion","thinking"]"#, true), (#"["completion"]"#, false), ("[]", nil), ("null", nil), ("{}", nil),
    ])
    func `reads whether a model can think, where an instance says it`(_ capabilities: String, _ thinks: Bool?) {
        let body = ByteBuffer(string: #"{"models":[{"name":"m","capabilities":\#(capabilities)}]}"#)
        #expect(OllamaTags.tags(body)?.first?.thinks == thinks)
    }

    @Test(
        arguments: [
            (#"["completion","tools"]"#, true, false), (#"["embedding"]"#, false, true),
            (#"["completion","embedding"]"#, true, true), (#"["image"]"#, false, false), ("[]", nil, nil),
            ("null", nil, nil),
        ] as [(String, Bool?, Bool?)])
    func `reads whether a model writes texts or makes embeddings, where an instance says it`(
        _ capabilities: String, _ chats: Bool?, _ embeds: Bool?
    ) {
        let body = ByteBuffer(string: #"{"models":[{"name":"m","capabilities":\#(capabilities)}]}"#)
        let tag = OllamaTags.tags(body)?.first
        #expect(tag?.chats == chats && tag?.embeds == embeds)
        #expect(tag?.capabilities.contains("completion") == (chats ?? false))
    }

    @Test func `keeps the name as the instance writes it`() {
        let body = ByteBuffer(string: #"{"models":[{"name":"huggingface.co/Maker/X:Q4"}]}"#)
        let tag = OllamaTags.tags(body)?.first
        #expect(tag?.name == "hf.co/maker/x:q4" && tag?.spelling == "huggingface.co/Maker/X:Q4")
    }

    @Test func `reads what is loaded`() throws {
        #expect(
            OllamaTags.loaded(try Fixture.ollama("ps.json")) == [
                OllamaLoaded(
                    model: "llama3.1:8b", contextLength: 8192, size: 6_654_289_920, sizeVRAM: 6_654_289_920,
                    expiresAt: "2026-08-21T14:38:31.837532-07:00"),
                OllamaLoaded(
                    model: "old:latest", contextLength: nil, size: 5, sizeVRAM: 0, expiresAt: "2318-01-01T00:00:00Z"),
            ])
    }

    @Test func `reads the version`() throws {
        #expect(OllamaTags.version(try Fixture.ollama("version.json")) == "0.33.0")
    }

    @Test func `takes an empty list, also as null`() {
        #expect(OllamaTags.tags(ByteBuffer(string: #"{"models":[]}"#)) == [])
        #expect(OllamaTags.tags(ByteBuffer(string: #"{"models":null}"#)) == [])
        #expect(OllamaTags.loaded(ByteBuffer(string: #"{"models":[{"size":1}]}"#)) == [])
    }

    @Test(arguments: ["", "{}", "[]", "404 page not found", #"{"models":5}"#, #"{"models":[]"#, #"{"error":"x"}"#])
    func `knows what is no such answer`(_ text: String) {
        #expect(OllamaTags.tags(ByteBuffer(string: text)) == nil)
        #expect(OllamaTags.loaded(ByteBuffer(string: text)) == nil)
        #expect(OllamaTags.version(ByteBuffer(string: text)) == nil)
    }
}
