import Foundation
import NIOCore
import Testing

@testable import Dialects

/// The counts in a client's stream: only where it asked for them, and with their cost where that is said.
@Suite struct StreamUsageTests {
    private static let wanted = #","stream_options":{"include_usage":true}"#

    private func stream(
        _ events: [String], from provider: String = "openai", more: String = "",
        cost: (@Sendable (Usage) -> String)? = nil
    ) throws -> [String] {
        let request = try Fixture.scan(Fixture.chat(#""stream":true"# + more))
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: true),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "d")
        var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 2, cost: cost)
        var out = ByteBuffer()
        for event in events { _ = translator.feed(ByteBuffer(string: event), into: &out) }
        #expect(translator.usage.promptTokens == 5 && translator.usage.completionTokens == 7)
        return String(buffer: out).components(separatedBy: "\n\n").filter { !$0.isEmpty }
    }

    private static let token =
        "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"a\"},\"finish_reason\":\"stop\"}]}\n\n"
    private static let counts = #"{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12}"#
    private static let done = "data: [DONE]\n\n"

    @Test(arguments: [
        #"data: {"choices":[],"usage":U}"#, #"data: {"usage":U}"#, #"data: {"choices":null,"usage":U}"#,
        #"data: {"id":"x","object":"chat.completion.chunk","usage":U}"#,
    ])
    func `a client that asked for no counts gets no chunk of them`(_ chunk: String) throws {
        let counts = chunk.replacing("U", with: Self.counts) + "\n\n"
        #expect(try stream([Self.token, counts, Self.done]).count == 2)
        #expect(try stream([Self.token, counts, Self.done], more: Self.wanted).count == 3)
    }

    @Test func `counts beside a choice are taken out for a client that asked for none`() throws {
        let last = Self.token.replacing("]}\n\n", with: "],\"usage\":\(Self.counts)}\n\n")
        let events = try stream([last, Self.done])
        #expect(events[0].contains(#""content":"a""#) && events[0].contains(#""usage":null"#))
        #expect(!events[0].contains("prompt_tokens"))
        #expect(try stream([last, Self.done], more: Self.wanted)[0].contains(Self.counts))
    }

    @Test func `a stream that is passed on says what its tokens cost`() throws {
        let chunk = "data: {\"choices\":[],\"usage\":\(Self.counts)}\n\n"
        let cost: @Sendable (Usage) -> String = { "0.000\($0.promptTokens)\($0.completionTokens)" }
        #expect(
            try stream([Self.token, chunk, Self.done], more: Self.wanted, cost: cost)[1]
                == #"data: {"choices":[],"usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"cost":0.00057}}"#
        )
        let priced = chunk.replacing("\"total_tokens\":12", with: "\"cost\":9,\"total_tokens\":12")
        #expect(
            try stream([Self.token, priced, Self.done], more: Self.wanted, cost: cost)[1].contains(
                #""cost":0.00057,"total_tokens""#))
        #expect(try stream([Self.token, chunk, Self.done], cost: cost).allSatisfy { !$0.contains("cost") })
        #expect(try stream([Self.token, chunk, Self.done], more: Self.wanted)[1].contains("cost") == false)
    }

    @Test func `a stream that is translated says so too`() throws {
        let lines = [
            "{\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\n",
            "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":true,\"done_reason\":\"stop\",\"prompt_eval_count\":5,\"eval_count\":7}\n",
        ]
        let cost: @Sendable (Usage) -> String = { _ in "999999.000000000001" }
        let events = try stream(lines, from: "ollama", more: Self.wanted, cost: cost)
        #expect(
            events.contains {
                $0.hasSuffix(
                    #""usage":{"prompt_tokens":5,"completion_tokens":7,"total_tokens":12,"cost":999999.000000000001}}"#)
            })
        #expect(try stream(lines, from: "ollama", cost: cost).allSatisfy { !$0.contains("cost") })
    }
}
