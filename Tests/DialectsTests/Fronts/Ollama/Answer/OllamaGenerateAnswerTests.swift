import NIOCore
import Testing

@testable import Dialects

/// Answers of every dialect, as a client of `/api/generate` gets them.
@Suite struct OllamaGenerateAnswerTests {
    private static func translator(_ provider: String, isStream: Bool, joins: Bool = false) throws -> AnswerTranslator {
        let request = try Fixture.scan(
            #"{"model":"ll\u0061ma3","prompt":"Hi","stream":\#(isStream)}"#, .ollamaGenerate)
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: "m", pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: false, userAgent: "drover/0.1.0")
        return AnswerTranslator(
            request: request.joiningStream(joins), target: target, responseID: 1, created: 1_795_366_482)
    }

    /// What the client gets of a reply that is cut into two pieces at every byte.
    private static func answers(_ fresh: AnswerTranslator, _ bytes: ByteBuffer) -> Set<String> {
        var texts: Set<String> = []
        for cut in 0...bytes.readableBytes {
            var translator = fresh
            var out = ByteBuffer()
            var end = translator.feed(bytes.getSlice(at: 0, length: cut)!, into: &out)
            if case .more = end {
                end = translator.feed(bytes.getSlice(at: cut, length: bytes.readableBytes - cut)!, into: &out)
            }
            if case .more = end { end = translator.end(into: &out) }
            #expect(end == .complete, "cut at \(cut)")
            texts.insert(String(buffer: out))
        }
        return texts
    }

    private static let head = #"{"model":"ll\u0061ma3","created_at":"2026-11-22T16:54:42Z","response":""#

    @Test func `a stream of thoughts and text is lines with a response`() throws {
        let wanted =
            [
                #"","thinking":"Let me solve","done":false}"#, #"","thinking":" this.\n27 * 453","done":false}"#,
                #"12,231","done":false}"#,
                #"","done":true,"done_reason":"stop","prompt_eval_count":4512,"eval_count":58}"#,
            ].map { Self.head + $0 + "\n" }.joined()
        let reply = try OpenAIFixture.reply("anthropic/stream-thinking.events")
        #expect(Self.answers(try Self.translator("anthropic", isStream: true), reply) == [wanted])
    }

    @Test func `a chat of a compatible server is lines with a response`() throws {
        let wanted =
            [
                #"Hello","done":false}"#, #" \ud83d\ude00\n","done":false}"#, #"ä€","done":false}"#,
                #"","done":true,"done_reason":"stop","prompt_eval_count":26,"eval_count":7}"#,
            ].map { Self.head + $0 + "\n" }.joined()
        let reply = try OpenAIFixture.reply("openai/chat-stream.sse")
        #expect(Self.answers(try Self.translator("hosted_vllm", isStream: true), reply) == [wanted])
    }

    @Test func `a whole answer has the thoughts behind the response`() throws {
        let reply = try OpenAIFixture.reply("anthropic/stream-thinking.events")
        let wanted =
            Self.head
            + #"12,231","thinking":"Let me solve this.\n27 * 453","done":true,"done_reason":"stop","prompt_eval_count":4512,"eval_count":58}"#
        #expect(Self.answers(try Self.translator("anthropic", isStream: false, joins: true), reply) == [wanted])
    }

    @Test func `probabilities stand at the end of a whole answer`() throws {
        let reply = try Fixture.ollama("generate-stream-logprobs.ndjson")
        let text = try #require(Self.answers(try Self.translator("ollama", isStream: false, joins: true), reply).first)
        #expect(text.hasPrefix(Self.head + #"Öl up","done":true,"done_reason":"length","total_duration":"#), "\(text)")
        #expect(text.hasSuffix(#"{"token":" up","logprob":-0.25,"bytes":[32,117,112]}]}"#), "\(text)")
        #expect(JSONText(text) != nil)
    }

    @Test(arguments: ["generate-stream.ndjson", "generate-stream-logprobs.ndjson", "generate.json"])
    func `a box's answer goes on byte for byte, under the client's name`(_ name: String) throws {
        let reply = try Fixture.ollama(name)
        let isStream = name.hasSuffix(".ndjson")
        let wanted = String(buffer: reply).replacing(#/"model": ?"[^"]*"/#) { match in
            match.output.contains(": ") ? #""model": "ll\u0061ma3""# : #""model":"ll\u0061ma3""#
        }
        #expect(Self.answers(try Self.translator("ollama", isStream: isStream), reply) == [wanted])
        #expect(wanted.contains("context") || name.contains("logprobs"))
    }

    @Test(arguments: ["load", "unload"]) func `a box's word that it has loaded a model is the answer`(_ reason: String)
        throws
    {
        let body =
            #"{"model":"m","created_at":"t","response":"","done":true,"done_reason":"\#(reason)"}"#
        let wanted = body.replacing(#""m""#, with: #""ll\u0061ma3""#)
        #expect(Self.answers(try Self.translator("ollama", isStream: false), ByteBuffer(string: body)) == [wanted])
    }
}
