import Dialects
import NIOCore
import Testing

/// A client's stream put together again, as the book keeps it.
@Suite struct KeptStreamTests {
    private static let lines = """
        {"model":"x","created_at":"t","message":{"role":"assistant","content":"","thinking":"So"},"done":false}
        {"model":"x","created_at":"t","message":{"role":"assistant","content":"He\\"l"},"done":false}
        {"model":"x","created_at":"t","message":{"role":"assistant","content":"lo 🐎"},"done":false}
        {"model":"x","created_at":"t","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f",\
        "arguments":{"a":1}}}]},"done":false}
        {"model":"x","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop",\
        "total_duration":300,"prompt_eval_count":5,"eval_count":7,"eval_duration":200}

        """
    private static let texts = """
        {"model":"x","created_at":"t","response":"He\\"l","done":false}
        {"model":"x","created_at":"t","response":"lo 🐎","done":false}
        {"model":"x","created_at":"t","response":"","done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}

        """

    private static func join(_ stream: ByteBuffer, _ request: ClientRequest) -> ByteBuffer? {
        AnswerTranslator.join(
            stream, of: request, responseID: 1, created: 2, model: nil,
            usage: Usage(promptTokens: 5, completionTokens: 7))
    }

    private func request(_ front: Front, stream: Bool) throws -> ClientRequest {
        let prompt =
            switch front {
            case .openAICompletions, .ollamaGenerate: #""prompt":"hi""#
            case .openAIResponses: #""input":"hi""#
            default: #""messages":[{"role":"user","content":"hi"}]"#
            }
        return try Fixture.scan(
            #"{"model":"m","stream":\#(stream),"max_tokens":9,\#(prompt)}"#, front)
    }

    private func answer(_ request: ClientRequest, _ lines: String) -> ByteBuffer {
        var translator = AnswerTranslator(request: request, target: Fixture.target(), responseID: 1, created: 2)
        var out = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: lines), into: &out)
        _ = translator.end(into: &out)
        return out
    }

    @Test(arguments: [
        Front.openAIChat, .openAICompletions, .openAIResponses, .ollamaChat, .ollamaGenerate, .anthropicMessages,
    ])
    func `is what the client would have got unstreamed`(_ front: Front) throws {
        let lines = front.work == .completion ? Self.texts : Self.lines
        let asked = try request(front, stream: true)
        let stream = answer(asked, lines)
        let joined = try #require(Self.join(stream, asked))
        let whole = answer(try request(front, stream: false).joiningStream(true), lines)
        let words = ["total_duration", "load_duration", "prompt_eval_duration", "eval_duration", "created_at"]
        func plain(_ text: ByteBuffer) throws -> String {
            // What a stream does not say, or says at other times.
            words.reduce(try canonical(String(buffer: text))) { text, word in
                text.replacing(try! Regex("\"\(word)\":(\"[^\"]*\"|[0-9]+),?"), with: "")
            }
        }
        #expect(try plain(joined) == plain(whole))
        #expect(String(buffer: joined).contains(#"lo 🐎"#))
    }

    @Test(arguments: [
        Front.openAIChat, .openAICompletions, .openAIResponses, .ollamaChat, .ollamaGenerate, .anthropicMessages,
    ])
    func `is nothing where the stream has no end`(_ front: Front) throws {
        let asked = try request(front, stream: true)
        let lines = front.work == .completion ? Self.texts : Self.lines
        let beginning = lines.split(separator: "\n").dropLast().joined(separator: "\n") + "\n"
        let stream = answer(asked, beginning)
        #expect(stream.readableBytes > 0)
        #expect(Self.join(stream, asked) == nil)
        #expect(Self.join(ByteBuffer(), asked) == nil)
    }

    @Test(arguments: [2, 3, 4], ["", #","store":false"#])
    func `a response that was ended at its budget has what was said until then`(_ count: Int, _ more: String) throws {
        let asked = try Fixture.scan(#"{"model":"m","stream":true,"input":"hi"\#(more)}"#, .openAIResponses)
        let lines = Self.lines.split(separator: "\n").prefix(count).joined(separator: "\n") + "\n"
        var translator = AnswerTranslator(
            request: asked, target: Fixture.target(), responseID: 1, created: 2, keeps: more.isEmpty)
        var stream = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: lines), into: &stream)
        AnswerTranslator.endAtLimit(
            asked, responseID: 1, created: 2, model: nil, cost: nil, usage: Usage(promptTokens: 5, completionTokens: 7),
            behind: translator.events, because: "it is enough", into: &stream)
        let joined = String(buffer: try #require(Self.join(stream, asked)))
        let text = count == 2 ? #"He\"l"# : #"He\"llo 🐎"#
        #expect(
            joined.contains(
                #""output":[{"type":"reasoning","id":"rs_0000000000000001_0","summary":[{"type":"summary_text","text":"So"}]},{"type":"message","id":"msg_0000000000000001_1","status":"\#(count == 4 ? "completed" : "incomplete")","role":"assistant","content":[{"type":"output_text","text":"\#(text)""#
            ), "\(joined)")
        #expect(joined.contains(#""name":"f""#) == (count == 4) && joined.contains(#""status":"incomplete","error""#))
        _ = try canonical(joined)
    }

    @Test func `a response whose provider names its events within alone is put together, too`() throws {
        let asked = try request(.openAIResponses, stream: true)
        let stream = ByteBuffer(
            string: #"data: {"type":"response.completed","response":{"id":"r","output":[]}}"# + "\n\n")
        #expect(try String(buffer: #require(Self.join(stream, asked))) == #"{"id":"r","output":[]}"#)
    }
}
