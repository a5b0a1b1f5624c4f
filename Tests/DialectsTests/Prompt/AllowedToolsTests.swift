import Testing

@testable import Dialects

/// `tool_choice` that leaves some of the tools (`allowed_tools`), for upstreams that do not know it.
@Suite struct AllowedToolsTests {
    private static func chat(_ mode: String) -> String {
        let tools = ["f", "g", "h"].map {
            #"{"type":"function","function":{"name":"\#($0)","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}}"#
        }
        let left = #"{"type":"function","function":{"name":"f"}},{"type":"function","function":{"name":"\u0068"}}"#
        return Fixture.chat(
            #""tools":[\#(tools.joined(separator: ","))],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"\#(mode)","tools":[\#(left)]}}"#
        )
    }

    private static func responses(_ mode: String) -> String {
        let tools = ["f", "g", "h"].map { #"{"type":"function","name":"\#($0)","parameters":{"type":"object"}}"# }
        return
            #"{"model":"m","input":"hi","tools":[\#(tools.joined(separator: ","))],"tool_choice":{"type":"allowed_tools","mode":"\#(mode)","tools":[{"type":"function","name":"f"},{"type":"function","name":"h"}]}}"#
    }

    private static func target(_ provider: String, _ tag: String) throws -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
    }

    @Test(arguments: [
        ("ollama", "m"), ("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash"),
        ("bedrock", BedrockFixture.claude),
    ]) func `only the tools that are left are sent, from both of OpenAI's routes`(provider: String, tag: String) throws
    {
        let target = try Self.target(provider, tag)
        for (body, front) in [(Self.chat("auto"), Front.openAIChat), (Self.responses("auto"), .openAIResponses)] {
            let sent = try OpenAISent(body, front, to: target).body
            #expect(sent.contains(#""f""#) && !sent.contains(#""g""#), "\(sent)")
            #expect(sent.contains(#""h""#) && !sent.contains("allowed_tools"), "\(sent)")
            #expect(!sent.contains(#""any""#) && !sent.contains("ANY"), "\(sent)")
        }
    }

    @Test func `one of those that are left may be demanded`() throws {
        let claude = try OpenAISent(
            Self.chat("required"), .openAIChat, to: Self.target("anthropic", "claude-sonnet-4-5"))
        #expect(claude.body.contains(#""tool_choice":{"type":"any"}"#), "\(claude.body)")
        let server = try OpenAISent(Self.responses("required"), .openAIResponses, to: Self.target("hosted_vllm", "m"))
        #expect(server.body.contains(#""tool_choice":"required""#) && !server.body.contains(#""g""#), "\(server.body)")
        // A box's answer is held to a call of these two, and read as one.
        let request = try Fixture.scan(Self.chat("required"))
        let forced = try #require(ForcedCall(request))
        #expect(forced.functions.map { String(decoding: $0.name, as: UTF8.self) } == ["f", "h"])
        let box = try OpenAISent(Self.chat("required"), .openAIChat, to: Self.target("ollama", "m"))
        #expect(box.body.contains(#""const":"h""#) && !box.body.contains(#""const":"g""#), "\(box.body)")
    }

    @Test func `what leaves no tool is no choice that anybody knows`() throws {
        let none = Fixture.chat(
            #""tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"allowed_tools","allowed_tools":{"mode":"auto","tools":[]}}"#
        )
        do {
            let sent = try OpenAISent(none, .openAIChat, to: Self.target("anthropic", "claude-sonnet-4-5"))
            Issue.record("sent: \(sent.body)")
        } catch let fault as RequestFault {
            #expect(fault.param == "tool_choice")
        }
    }
}
