import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Answers without words, as clients send them back: what the gateway has answered it takes.
@Suite struct WordlessAnswerTests {
    private static func body(_ members: String) -> String {
        #"{"model":"m","messages":[{"role":"user","content":"Hi"},{"role":"assistant",\#(members)},"#
            + #"{"role":"user","content":"Go on"}]}"#
    }

    private static let call = #""tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}}]"#

    /// What an answer may be, and what of its content a server of OpenAI's dialect is sent.
    static let answers: [(members: String, content: String?)] = [
        (#""content":null,"reasoning_content":"r""#, #""content":"""#), (#""reasoning":"r""#, #""content":"""#),
        (#""content":[],"reasoning_content":"r","tool_calls":null"#, #""content":"""#),
        (#""content":null,"audio":{"id":"x"}"#, #""content":null"#),
        (#""content":null,"refusal":"no""#, #""content":null"#),
        (#""content":null,"thinking_blocks":[{"type":"thinking","thinking":"t","signature":"s"}]"#, #""content":"""#),
        (
            #""content":null,"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AA=="}}]"#,
            #""content":"""#
        ),
        (#""content":null,"# + call, #""content":null"#), (#""content":[],"# + call, nil), (call, nil),
    ]

    @Test(arguments: answers)
    func `an answer without words is taken back`(_ members: String, _ content: String?) throws {
        #expect(Fixture.fault(Self.body(members)) == nil)
        for (provider, tag) in [
            ("ollama", "m"), ("hosted_vllm", "m"), ("openai", "gpt-4o"), ("mistral", "m"), ("groq", "m"),
            ("anthropic", "claude-sonnet-4-5"), ("bedrock", "amazon.nova-lite-v1:0"), ("gemini", "gemini-2.5-flash"),
        ] where !members.contains("images") || provider == "hosted_vllm" {
            let target = UpstreamTarget(
                UpstreamPlace(
                    provider: Providers.named(provider)!, tag: tag, pathPrefix: "/v1", hostHeader: "h", isLocal: true),
                account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "d")
            var out = ByteBuffer()
            try Provider.encode(
                Fixture.scan(Self.body(members)), with: Fixture.permit(target), unixSeconds: 0, into: &out)
            let sent = String(buffer: out).components(separatedBy: "\r\n\r\n")[1]
            #expect(JSONText(sent) != nil, "\(provider): \(sent)")
            guard provider == "hosted_vllm" else { continue }
            let answer = sent.components(separatedBy: "},{\"role\"")[1]
            #expect(answer.contains("\"content\":") == (content != nil), "\(answer)")
            if let content { #expect(answer.contains(content), "\(answer)") }
        }
    }

    @Test(arguments: [
        #""content":null"#, #""content":[]"#, #""content":null,"tool_calls":[],"audio":null"#,
        #""reasoning_content":"""#, #""content":null,"foo":1"#,
    ])
    func `an answer of nothing is not`(_ members: String) {
        #expect(Fixture.fault(Self.body(members))?.param == "messages[1].content")
    }
}
