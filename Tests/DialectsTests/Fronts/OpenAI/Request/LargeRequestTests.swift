import NIOCore
import Testing

@testable import Dialects

/// A body may be as large as the gateway lets in, and is read on the thread that serves others too: what is done with it
/// grows with its length and not with the square of it. Squared, each of these would take minutes.
@Suite struct LargeRequestTests {
    private static let many = 60_000

    private func send(_ body: String, _ provider: String, _ tag: String) throws -> Int {
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: true, userAgent: "drover/0.1.0")
        var out = ByteBuffer()
        try Provider.encode(
            try Fixture.scan(body), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        return out.readableBytes
    }

    private func list(_ element: (Int) -> String) -> String { (0..<Self.many).map(element).joined(separator: ",") }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [("anthropic", "claude-opus-4-8"), ("bedrock", "anthropic.claude-sonnet-4-5-v1:0")])
    func `takes many calls with names of their own`(_ provider: String, _ tag: String) throws {
        let calls = list {
            #"{"id":"c\#($0)","type":"function","function":{"name":"function\#($0)","arguments":"{}"}}"#
        }
        let body =
            #"{"model":"m","messages":[{"role":"user","content":"U"},{"role":"assistant","content":"A","tool_calls":[\#(calls)]}]}"#
        #expect(try send(body, provider, tag) > Self.many)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [("anthropic", "claude-opus-4-8"), ("anthropic", "claude-3-7-sonnet")])
    func `takes many system messages between the turns`(_ provider: String, _ tag: String) throws {
        let notes = list { _ in #"{"role":"developer","content":"S","cache_control":{"type":"ephemeral"}}"# }
        let body = #"{"model":"m","messages":[{"role":"user","content":"U"},\#(notes),{"role":"user","content":"V"}]}"#
        #expect(try send(body, provider, tag) > Self.many)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("openai", "gpt-4o", #""metadata":{}"#), ("azure", "gpt-4o", #""metadata":{}"#),
            ("anthropic", "claude-opus-4-8", #""user":"u""#),
        ])
    func `takes a field that is given many times`(_ provider: String, _ tag: String, _ field: String) throws {
        #expect(try send(Fixture.chat(list { _ in field }), provider, tag) > 0)
    }

    @Test(
        .timeLimit(.minutes(1)),
        arguments: [
            ("bedrock", "anthropic.claude-sonnet-4-5-v1:0", "additionalModelRequestFields"),
            ("gemini", "gemini-3-pro", "generationConfig"), ("anthropic", "claude-opus-4-8", "thinking"),
            ("deepseek", "deepseek-reasoner", "thinking"), ("openai", "gpt-4o", "stream_options"),
        ])
    func `takes an object with many members`(_ provider: String, _ tag: String, _ field: String) throws {
        let members = list { #""name\#($0)":1"# }
        #expect(try send(Fixture.chat(#""\#(field)":{"type":"enabled",\#(members)},"stream":true"#), provider, tag) > 0)
    }

    @Test(.timeLimit(.minutes(1)), arguments: ["claude-opus-4-8", "claude-3-7-sonnet"])
    func `holds no model of Anthropic's to a schema that is too long for the API`(_ tag: String) throws {
        let words = String(repeating: "d", count: AnthropicSchema.sizeLimit)
        var schema = #"{"type":"object","description":"\#(words)"}"#
        for _ in 0..<100 { schema = #"{"type":"array","items":\#(schema)}"# }
        let format = #""response_format":{"type":"json_schema","json_schema":{"name":"n","schema":\#(schema)}}"#
        let tool =
            #"{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":\#(schema)}}}}"#
        let target = Fixture.claude(tag)
        let sent = try AnthropicSent(Fixture.chat(format), to: target)
        #expect(try sent.member("output_config") == nil)
        #expect(try sent.member("tools")?.contains("json_tool_call") == true)
        #expect(
            try AnthropicSent(Fixture.chat(#""tools":[\#(tool)]"#), to: target).member("tools")?.contains("strict")
                == false)
    }
}
