import NIOCore
import Testing

@testable import Dialects

/// The arguments of a call that has none, as models and clients write them: nothing, white space, `null`, or no member at all.
@Suite struct CallArgumentsTests {
    private static let blanks = [
        #","arguments":"null""#, #","arguments":" ""#, #","arguments":"""#, #","arguments":" \n\tnull\r\n""#,
        #","arguments":null"#, "",
    ]
    private static let backs: [(String, String, String)] = [
        ("ollama", "m", #""arguments":{}"#), ("anthropic", "claude-sonnet-4-5", #""input":{}"#),
        ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0", #""input":{}"#),
        ("gemini", "gemini-2.5-flash", #""args":{}"#), ("hosted_vllm", "q", #""arguments":"{}""#),
        ("mistral", "mistral-large", #""arguments":"{}""#), ("deepseek", "deepseek-chat", #""arguments":"{}""#),
    ]

    private func sent(_ call: String, to provider: String, _ tag: String) throws -> String {
        let body = #"""
            {"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant","content":null,\#(call)},
            {"role":"tool","tool_call_id":"c","content":"r"}],"tools":[{"type":"function","function":{"name":"f"}}]}
            """#
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        var out = ByteBuffer()
        try Provider.encode(Fixture.scan(body), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        return String(buffer: out)
    }

    @Test(arguments: backs)
    func `a call without arguments has an empty object of them at every back`(
        _ provider: String, _ tag: String, _ member: String
    ) throws {
        for blank in Self.blanks {
            let call = #""tool_calls":[{"id":"c","type":"function","function":{"name":"f"\#(blank)}}]"#
            let sent = try sent(call, to: provider, tag)
            #expect(sent.contains(member), "\(blank): \(sent)")
        }
    }

    @Test func `OpenAI's own models get the arguments as the client wrote them`() throws {
        let call = #""tool_calls":[{"id":"c","type":"function","function":{"name":"f","arguments":" "}}]"#
        #expect(try sent(call, to: "openai", "gpt-4o").contains(#""arguments":" ""#))
    }

    @Test func `a call of the old kind is no other`() throws {
        for blank in Self.blanks {
            #expect(try sent(#""function_call":{"name":"f"\#(blank)}"#, to: "ollama", "m").contains(#""arguments":{}"#))
        }
    }
}
