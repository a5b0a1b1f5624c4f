import NIOCore
import Testing

@testable import Dialects

/// The question for the number of tokens of a message, as Anthropic is asked it.
@Suite struct AnthropicCountTests {
    private func target(_ provider: String = "anthropic", prefix: String = "") -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: "claude-sonnet-4-5", pathPrefix: prefix, hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: ["temperature": JSONText("0.5")!], dropParams: false,
            userAgent: "drover/0.1.0")
    }

    private func asked(_ body: String, _ target: UpstreamTarget, betas: String? = nil) throws -> String? {
        var out = ByteBuffer()
        let permit = try Fence.permit(target, isPassedOn: false, for: [])
        guard Provider.encodeCount(of: ByteBuffer(string: body), with: permit, betas: betas, into: &out) else {
            return nil
        }
        return String(buffer: out)
    }

    @Test func `it goes as it stands, except the model's name, to a path of its own`() throws {
        let body = #" {"messages":[{"role":"user","content":"Hi"}],"model":"mine","tools":null,"system":"s"} "#
        let wire = try #require(try asked(body, target(), betas: "b-1"))
        #expect(wire.hasPrefix("POST /v1/messages/count_tokens HTTP/1.1\r\n"))
        #expect(wire.contains("x-api-key: k\r\n") && wire.contains("anthropic-beta: b-1\r\n"))
        let sent = #"{"model":"claude-sonnet-4-5","messages":[{"role":"user","content":"Hi"}],"system":"s"}"#
        #expect(wire.hasSuffix("\r\n\r\n" + sent) && wire.contains(" \(sent.utf8.count)\r\n"))
        #expect(
            try asked(body, target(prefix: "/proxy/v1"))?.hasPrefix("POST /proxy/v1/messages/count_tokens ") == true)
    }

    @Test(arguments: ["ollama", "openai", "bedrock", "gemini"]) func `others do not count`(provider: String) throws {
        #expect(try asked("{}", target(provider)) == nil)
    }

    @Test func `an answer without a number is none`() {
        func count(_ text: String) -> Int? { AnthropicCountRequest.count(in: Array(text.utf8)) }
        #expect(count(#"{"input_tokens": 14}"#) == 14)
        for text in [
            "", "{}", "[]", "14", #"{"input_tokens":"14"}"#, #"{"input_tokens":-1}"#, #"{"input_tokens":1.5}"#,
        ] {
            #expect(count(text) == nil, "\(text)")
        }
    }
}
