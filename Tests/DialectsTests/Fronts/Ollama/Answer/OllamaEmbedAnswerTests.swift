import NIOCore
import Testing

@testable import Dialects

/// Vectors of every dialect, as clients of `/api/embed` and `/api/embeddings` get them.
@Suite struct OllamaEmbedAnswerTests {
    private static func answer(
        _ reply: ByteBuffer, from provider: String, _ front: Front
    ) throws -> (text: String, end: AnswerTranslator.Progress, usage: Usage) {
        let asked = front == .ollamaEmbed ? #""input":["a","b"]"# : #""prompt":"a""#
        let request = try Fixture.scan(#"{"model":"ll\u0061ma3",\#(asked)}"#, front)
        #expect(!request.stream && !request.joiningStream(true).streamsUpstream)
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: "m", pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        var translator = AnswerTranslator(request: request, target: target, responseID: 1, created: 1)
        var out = ByteBuffer()
        var end = translator.feed(reply, into: &out)
        #expect(out.readableBytes == 0)
        if case .more = end { end = translator.end(into: &out) }
        return (String(buffer: out), end, translator.usage)
    }

    private static func openAI(_ data: String) -> ByteBuffer {
        ByteBuffer(
            string: #"{"object":"list","data":[\#(data)],"model":"x","usage":{"prompt_tokens":8,"total_tokens":8}}"#)
    }

    @Test func `OpenAI's vectors are rows in the order of the texts`() throws {
        let reply = Self.openAI(
            #"{"object":"embedding","index":1,"embedding":[0.5, 0.25,-1]},{"index":0,"embedding":[1e-7]}"#)
        let whole = try Self.answer(reply, from: "openai", .ollamaEmbed)
        #expect(whole.end == .complete && whole.usage.promptTokens == 8)
        #expect(
            whole.text == #"{"model":"ll\u0061ma3","embeddings":[[1e-7],[0.5, 0.25,-1]],"prompt_eval_count":8}"#)
        #expect(try Self.answer(reply, from: "openai", .ollamaEmbeddings).text == #"{"embedding":[1e-7]}"#)
    }

    @Test(arguments: [
        "", #"{"index":0}"#, #"{"index":0,"embedding":"AACAPw=="}"#, #"{"index":7,"embedding":[1]}"#,
        #"{"index":0,"embedding":[1]},{"index":0,"embedding":[2]}"#, "7",
    ])
    func `vectors that are missing, packed or wrongly numbered are a fault`(_ data: String) throws {
        let whole = try Self.answer(Self.openAI(data), from: "openai", .ollamaEmbed)
        guard case .failed(let fault) = whole.end else {
            Issue.record("ended as \(whole.end)")
            return
        }
        #expect(fault.kind == .malformed && whole.text.isEmpty)
    }

    @Test func `Gemini's vectors are rows too`() throws {
        let whole = try Self.answer(GeminiFixture.reply("embed.json"), from: "gemini", .ollamaEmbed)
        #expect(whole.end == .complete)
        #expect(whole.text.hasPrefix(#"{"model":"ll\u0061ma3","embeddings":[["#), "\(whole.text)")
        #expect(JSONText(whole.text) != nil)
    }

    @Test func `a box's answers go on byte for byte, under the client's name`() throws {
        let reply = try Fixture.ollama("embed.json")
        let whole = try Self.answer(reply, from: "ollama", .ollamaEmbed)
        #expect(whole.text == String(buffer: reply).replacing(#""all-minilm""#, with: #""ll\u0061ma3""#))
        #expect(whole.usage.promptTokens == 8)
        for body in [#"{"embedding":[1.5, -2,3e-9]}"#, #"{"embedding":[]}"#] {
            let old = try Self.answer(ByteBuffer(string: body), from: "ollama", .ollamaEmbeddings)
            #expect(old.text == body && old.end == .complete)
        }
    }
}
