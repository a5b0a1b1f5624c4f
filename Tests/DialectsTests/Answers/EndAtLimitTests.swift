import Dialects
import NIOCore
import Testing

/// A stream that goes no further, since its answer has met its limit of tokens.
@Suite struct EndAtLimitTests {
    private static let chat = #"{"model":"x","message":{"role":"assistant","content":"Hi"},"done":false}"# + "\n"
    private static let claude = """
        event: message_start
        data: {"type":"message_start","message":{"id":"a","model":"x",
        data: "usage":{"input_tokens":3,"output_tokens":1}}}

        event: content_block_start
        data: {"type":"content_block_start","index":4,"content_block":{"type":"text","text":""}}

        event: content_block_delta
        data: {"type":"content_block_delta","index":4,"delta":{"type":"text_delta","text":"Hi"}}


        """

    /// The stream after this beginning of an answer and its end.
    ///
    /// - Parameter taken: what the client has of the beginning, in events; nil: all.
    private func stream(
        _ front: Front, _ target: UpstreamTarget, _ beginning: String, taken: Int? = nil
    ) throws -> String {
        let member =
            switch front.work {
            case .completion: #""prompt":"hi""#
            default: front == .openAIResponses ? #""input":"hi""# : #""messages":[{"role":"user","content":"hi"}]"#
            }
        let request = try Fixture.scan(#"{"model":"m","stream":true,"max_tokens":9,\#(member)}"#, front)
        var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 2)
        var out = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: beginning), into: &out)
        if let taken {
            let events = String(buffer: out).split(separator: "\n\n").prefix(taken)
            out = ByteBuffer(string: events.joined(separator: "\n\n") + "\n\n")
        }
        AnswerTranslator.endAtLimit(
            request, responseID: 1, created: 2, model: nil, cost: nil,
            usage: Usage(promptTokens: 3, completionTokens: 4), because: "why", into: &out)
        return String(buffer: out)
    }

    @Test(arguments: [
        (Front.openAIChat, #""finish_reason":"length""#), (.openAICompletions, #""finish_reason":"length""#),
        (.ollamaChat, #""done_reason":"length""#), (.ollamaGenerate, #""done_reason":"length""#),
        (.anthropicMessages, #""stop_reason":"max_tokens""#), (.openAIResponses, #""status":"incomplete""#),
    ])
    func `every front says in its own words that the answer met a limit`(front: Front, words: String) throws {
        let isSSE = ![.ollamaChat, .ollamaGenerate].contains(front)
        let passedOn =
            front == .anthropicMessages ? Fixture.claude() : isSSE ? OpenAIFixture.target("openai") : Fixture.target()
        let text = try stream(front, passedOn, "")
        #expect(text.contains(words) && text.contains(": why\n\n") == isSSE, "\(text)")
        let other = isSSE ? Fixture.target() : OpenAIFixture.target("openai")
        let written = try stream(front, other, "")
        #expect(written.contains(words) && written.contains(": why\n\n") == isSSE, "\(written)")
    }

    @Test(arguments: [true, false])
    func `of Anthropic's messages the block that is open is ended too`(isPassedOn: Bool) throws {
        let text =
            isPassedOn
            ? try stream(.anthropicMessages, Fixture.claude(), Self.claude)
            : try stream(.anthropicMessages, Fixture.target(), Self.chat)
        let events = text.split(separator: "\n\n").filter { !$0.hasPrefix(":") }
        let names = events.map { $0.split(separator: "\n")[0].dropFirst("event: ".count) }
        #expect(names.filter { $0 == "message_start" }.count == 1)
        #expect(names.suffix(4) == ["content_block_delta", "content_block_stop", "message_delta", "message_stop"])
        #expect(text.contains(#""content_block_stop","index":\#(isPassedOn ? 4 : 0)}"#), "\(text)")
        // What was written and taken back counts for nothing.
        let start = try stream(.anthropicMessages, Fixture.target(), Self.chat, taken: 1)
        #expect(!start.contains("content_block") && start.contains("max_tokens"))
        // An event of several lines goes on as one.
        #expect(!text.contains("\n\"usage\"") && text.contains(#""model":"m""#))
    }
}
