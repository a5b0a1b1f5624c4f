import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A stream that is joined into one answer gives the very answer that the instance would have given unstreamed.
@Suite struct JoinedStreamTests {
    /// Whole replies, each also as the stream that says the same.
    static let wholes: [(reply: String, front: Front)] =
        ["chat", "chat-thinking", "chat-tools", "chat-length", "chat-no-counts", "chat-logprobs"].map {
            ($0, .openAIChat)
        }
        + ["generate", "generate-logprobs"].map { ($0, .openAICompletions) }

    private static func request(_ front: Front) throws -> ClientRequest {
        var request = try Recording.golden("", "", front, as: "").request()
        request = request.joiningStream(true)
        return request
    }

    private static func join(
        _ pieces: [ByteBuffer], _ front: Front = .openAIChat
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        var translator = AnswerTranslator(
            request: try request(front), target: Fixture.target(), responseID: 0xfeed_0123_4567_89ab,
            created: 1_795_366_482)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            if case .more = progress { #expect(out.readableBytes == 0, "nothing is written before it is whole") }
            progress = translator.feed(piece, into: &out)
        }
        let end = translator.end(into: &out)
        if case .complete = progress { #expect(end == .complete) }
        return (String(buffer: out), end, translator)
    }

    @Test(arguments: wholes)
    func `is the unstreamed answer`(_ reply: String, _ front: Front) throws {
        let stream = try Self.lines(of: try Fixture.ollama("\(reply).json"))
        let golden = String(buffer: try Fixture.ollama("\(reply).openai.json"))
        let whole = try Self.join([stream], front)
        #expect(whole.end == .complete)
        #expect(try canonical(whole.text) == canonical(golden))
        let unstreamed = try Recording.golden("\(reply).json", "", front, as: "")
            .translate([try Fixture.ollama("\(reply).json")]).2
        #expect(whole.translator.usage == unstreamed.usage)
        #expect(whole.translator.timings == unstreamed.timings)
        for cut in 0...stream.readableBytes {
            let pieces = [
                stream.getSlice(at: 0, length: cut)!, stream.getSlice(at: cut, length: stream.readableBytes - cut)!,
            ]
            #expect(try Self.join(pieces, front).text == whole.text, "cut at \(cut)")
        }
    }

    @Test func `joins tool calls of lines of their own and of the last line alike`() throws {
        func calls(_ name: String) throws -> (calls: String, reason: String?) {
            let answer = try Self.join([try Fixture.ollama(name)])
            #expect(answer.end == .complete)
            let json = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
            let choice = try #require((json?["choices"] as? [[String: Any]])?.first)
            let message = try #require(choice["message"] as? [String: Any])
            let calls = try #require(message["tool_calls"] as? [[String: Any]])
            #expect(!calls.isEmpty && calls.allSatisfy { $0["index"] == nil && $0["type"] as? String == "function" })
            #expect(calls.allSatisfy { ($0["function"] as? [String: Any])?["arguments"] is String })
            return ("\(calls.count)", choice["finish_reason"] as? String)
        }
        for name in ["own-line", "last-line", "no-id"] {
            #expect(try calls("chat-stream-tools-\(name).ndjson").reason == "tool_calls")
        }
    }

    @Test func `sees the first token when it comes`() throws {
        var translator = AnswerTranslator(
            request: try Self.request(.openAIChat), target: Fixture.target(), responseID: 1, created: 1)
        var out = ByteBuffer()
        let lines = String(buffer: try Fixture.ollama("chat-stream.ndjson")).split(separator: "\n")
        #expect(!translator.sawFirstToken)
        _ = translator.feed(ByteBuffer(string: lines[0] + "\n"), into: &out)
        #expect(translator.sawFirstToken)
        #expect(out.readableBytes == 0)
    }

    @Test(arguments: ["error-first", "error-later", "no-done", "cut", "bad-json"])
    func `fails as the stream does, with nothing written`(_ name: String) throws {
        let reply = try Fixture.ollama("chat-stream-\(name).ndjson")
        let answer = try Self.join([reply])
        let streamed = try Recording.golden("", #""stream":true"#, as: "").translate([reply])
        #expect(answer.end == streamed.end)
        guard case .failed = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(answer.text.isEmpty)
    }

    @Test func `a request that joins asks its instance for a stream, and embeddings never do`() throws {
        for (front, asked) in [(Front.openAIChat, true), (.openAICompletions, true), (.openAIEmbeddings, false)] {
            let request = try Self.request(front)
            #expect(request.streamsUpstream == asked && !request.stream)
            var wire = ByteBuffer()
            try Provider.encode(request, with: Fixture.permit(Fixture.target()), unixSeconds: 0, into: &wire)
            #expect(String(buffer: wire).contains("\"stream\":true") == asked)
        }
    }

    @Test func `who speaks like OpenAI is asked for a stream that is joined for a client of Ollama's`() throws {
        for isJoined in [false, true] {
            var request = try OllamaFrontReply.request(isStream: false)
            request = request.joiningStream(isJoined)
            var wire = ByteBuffer()
            let target = OpenAIFixture.target("hosted_vllm", tag: "m")
            try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &wire)
            let text = String(buffer: wire)
            let asks = #","stream":true,"stream_options":{"include_usage":true}"#
            #expect(text.contains(asks) == isJoined, "\(text)")
        }
    }

    /// The stream of lines, one for each character or log probability, that says what a whole reply says.
    private static func lines(of reply: ByteBuffer) throws -> ByteBuffer {
        let whole = try #require(
            try JSONSerialization.jsonObject(with: Data(reply.readableBytesView)) as? [String: Any])
        var last = whole
        let message = whole["message"] as? [String: Any]
        var out = ByteBuffer()
        func write(_ object: [String: Any]) throws {
            let data = try JSONSerialization.data(withJSONObject: object, options: .withoutEscapingSlashes)
            out.writeBytes(data)
            out.writeString("\n")
        }
        func line(_ field: String, _ value: Any, logprobs: [Any]? = nil) throws {
            var object: [String: Any] = ["model": "m", "created_at": "t", "done": false]
            if message == nil {
                object[field] = value
            } else {
                object["message"] = ["role": "assistant", field: value]
            }
            object["logprobs"] = logprobs
            try write(object)
        }
        for letter in message?["thinking"] as? String ?? "" { try line("thinking", "\(letter)") }
        let content = message == nil ? "response" : "content"
        let text = (message?["content"] ?? whole["response"]) as? String ?? ""
        if let logprobs = whole["logprobs"] as? [[String: Any]] {
            for one in logprobs { try line(content, one["token"] as? String ?? "", logprobs: [one]) }
            last["logprobs"] = nil
        } else {
            for letter in text { try line(content, "\(letter)") }
        }
        if let calls = message?["tool_calls"] as? [Any] {
            for call in calls { try line("tool_calls", [call]) }
        }
        if message == nil { last["response"] = "" } else { last["message"] = ["role": "assistant", "content": ""] }
        try write(last)
        return out
    }
}
