import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply of Anthropic's, how it was asked for, and how it ends.
struct AnthropicRecording: Sendable, CustomTestStringConvertible {
    let reply: String
    var front = Front.openAIChat
    /// Fields of the request.
    var more = ""
    /// The file with what the client gets; nil where the reply fails.
    var golden: String?
    var kind: UpstreamFault.Kind?

    var testDescription: String { "\(reply) \(more)" }
    var isStream: Bool { reply.hasSuffix(".events") }

    static let all: [AnthropicRecording] = {
        let stream = #""stream":true"#
        let usage = stream + #","stream_options":{"include_usage":true}"#
        let streams = [
            "stream-text", "stream-tools", "stream-thinking", "stream-thinking-omitted", "stream-length",
            "stream-window", "stream-refusal", "stream-stop-sequence", "stream-empty", "stream-answer-tool",
            "stream-search", "stream-alike",
        ].map { AnthropicRecording(reply: "\($0).events", more: stream, golden: "\($0).sse") }
        let wholes = ["text", "tools", "thinking", "answer-tool", "length", "refusal", "search"].map {
            AnthropicRecording(reply: "\($0).json", golden: "\($0).openai.json")
        }
        return streams + wholes + [
            AnthropicRecording(reply: "stream-thinking.events", more: usage, golden: "stream-thinking-usage.sse"),
            AnthropicRecording(
                reply: "stream-text.events", front: .openAICompletions, more: usage,
                golden: "stream-text-completion.sse"),
            AnthropicRecording(reply: "text.json", front: .openAICompletions, golden: "text-completion.openai.json"),
        ]
    }()

    static let failing: [AnthropicRecording] = {
        let streams: [(String, UpstreamFault.Kind)] = [
            ("stream-error-first", .saturated), ("stream-error-later", .saturated),
            ("stream-filtered", .contentPolicy), ("stream-no-stop", .incomplete), ("stream-cut", .incomplete),
            ("stream-bad-json", .malformed),
        ]
        let wholes: [(String, UpstreamFault.Kind)] = [
            ("error", .saturated), ("no-message", .malformed), ("bad-block", .malformed),
        ]
        return streams.map {
            AnthropicRecording(reply: "\($0.0).events", more: #""stream":true"#, kind: $0.1)
        } + wholes.map { AnthropicRecording(reply: "\($0.0).json", kind: $0.1) }
    }()

    /// Feeds the reply in pieces.
    func translate(
        _ pieces: [ByteBuffer], joins: Bool = false
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        let prompt =
            front == .openAIChat ? #""messages":[{"role":"user","content":"Hi"}]"# : #""prompt":"Hi""#
        let fields = [#""model":"sonnet""#, prompt, joins ? "" : more].filter { !$0.isEmpty }
        var request = try Fixture.scan("{" + fields.joined(separator: ",") + "}", front)
        request = request.joiningStream(joins)
        var translator = AnswerTranslator(
            request: request, target: Fixture.claude(), responseID: 0xfeed_0123_4567_89ab, created: 1_795_366_482)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces where progress == .more { progress = translator.feed(piece, into: &out) }
        if progress == .more { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}

@Suite struct AnthropicReaderTests {
    @Test(arguments: AnthropicRecording.all)
    func `gives the client what the golden file says`(_ recording: AnthropicRecording) throws {
        let answer = try recording.translate([try Fixture.anthropic(recording.reply)])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try Fixture.anthropic(try #require(recording.golden))))
        #expect(answer.translator.sawFirstToken)
    }

    @Test(arguments: AnthropicRecording.all + AnthropicRecording.failing)
    func `does not care where the reply is cut`(_ recording: AnthropicRecording) throws {
        let reply = try Fixture.anthropic(recording.reply)
        let whole = try recording.translate([reply])
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try recording.translate(pieces)
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.translator.usage == whole.translator.usage)
        }
        let bytes = (0..<reply.readableBytes).map { reply.getSlice(at: $0, length: 1)! }
        #expect(try recording.translate(bytes).text == whole.text, "byte by byte")
    }

    @Test(arguments: AnthropicRecording.failing)
    func `says how the provider failed, and writes nothing of it`(_ recording: AnthropicRecording) throws {
        let answer = try recording.translate([try Fixture.anthropic(recording.reply)])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(fault.kind == recording.kind)
        #expect(fault.status == 200)
        #expect(!fault.message.isEmpty)
        #expect(!answer.text.contains("error") && !answer.text.contains("[DONE]"))
        #expect(!answer.text.contains("finish_reason\":\""))
    }

    @Test(arguments: AnthropicRecording.failing)
    func `fails as well where a stream is joined`(_ recording: AnthropicRecording) throws {
        guard recording.isStream else { return }
        let answer = try recording.translate([try Fixture.anthropic(recording.reply)], joins: true)
        #expect(answer.text.isEmpty)
        #expect(answer.end == (try recording.translate([try Fixture.anthropic(recording.reply)]).end))
    }

    @Test func `joins a stream to the whole answer that says the same`() throws {
        func choice(_ reply: String, joins: Bool) throws -> String {
            let recording = AnthropicRecording(reply: reply)
            let answer = try recording.translate([try Fixture.anthropic(reply)], joins: joins)
            #expect(answer.end == .complete)
            let json = try JSONSerialization.jsonObject(with: Data(answer.text.utf8)) as? [String: Any]
            let choices = try #require(json?["choices"] as? [[String: Any]])
            let data = try JSONSerialization.data(withJSONObject: choices[0], options: [.sortedKeys])
            return String(decoding: data, as: UTF8.self)
        }
        let tools = try choice("stream-tools.events", joins: true)
        #expect(tools.contains(#""finish_reason":"tool_calls""#) && tools.contains(#""content":"Okay, let me look.""#))
        #expect(tools.contains(#""arguments":"{\"location\": \"San Francisco, CA\", \"unit\": \"fahrenheit\"}""#))
        #expect(tools.contains(#""arguments":"{}""#))
        let json = try choice("stream-answer-tool.events", joins: true)
        #expect(json.contains(#""content":"{\"city\": \"Lille\", \"n\": 3}""#) && !json.contains("tool_calls"))
        #expect(try choice("stream-length.events", joins: true) == choice("length.json", joins: false))
        let thinking = try choice("stream-thinking.events", joins: true)
        let seals =
            #""thinking_blocks":[{"signature":"EqQBCgIYAhIM1gbcDa9GJwZA2b3hGgxBdjrkzLoky3dl1pk=","thinking":"Let me solve this.\n27 * 453","type":"thinking"},{"data":"EmwKAhgBEgy3va3pzix\/LafPsn4a","type":"redacted_thinking"}]"#
        #expect(thinking.contains(seals))
    }

    @Test func `counts what a cache read and wrote as parts of the prompt`() throws {
        let recording = AnthropicRecording(reply: "stream-thinking.events", more: #""stream":true"#)
        let usage = try recording.translate([try Fixture.anthropic(recording.reply)]).translator.usage
        var expected = Usage(promptTokens: 4512, completionTokens: 58)
        expected.cachedTokens = 3000
        expected.cacheWriteTokens = 1500
        expected.reasoningTokens = 41
        #expect(usage == expected)
    }

    @Test(arguments: [
        "99999999999999999999", "-1", "1.5", "null", "\"7\"", "{}",
    ])
    func `takes a count that is none for none, and no sum overflows`(_ count: String) throws {
        let body =
            #"{"type":"message","content":[],"usage":{"input_tokens":\#(count),"cache_read_input_tokens":4000000000000000000,"output_tokens":\#(count)}}"#
        let answer = try AnthropicRecording(reply: "").translate([ByteBuffer(string: body)])
        #expect(answer.end == .complete)
        #expect(answer.translator.usage.promptTokens == 1 << 40)
        #expect(answer.translator.usage.completionTokens == 0)
    }

    @Test func `sees the first token when it comes`() throws {
        let events = String(buffer: try Fixture.anthropic("stream-thinking.events")).components(separatedBy: "\n\n")
        var translator = AnswerTranslator(
            request: try Fixture.scan(Fixture.chat(#""stream":true"#)), target: Fixture.claude(), responseID: 1,
            created: 1)
        var out = ByteBuffer()
        for event in events.prefix(2) { _ = translator.feed(ByteBuffer(string: event + "\n\n"), into: &out) }
        #expect(!translator.sawFirstToken && out.readableBytes == 0)
        _ = translator.feed(ByteBuffer(string: events[2] + "\n\n"), into: &out)
        #expect(translator.sawFirstToken)
    }

    @Test(arguments: 0..<20)
    func `damaged replies never trap`(_ seed: UInt64) throws {
        var random = Generator(seed: seed)
        for recording in AnthropicRecording.all {
            let reply = try Fixture.anthropic(recording.reply)
            var bytes = Array(reply.readableBytesView)
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<bytes.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
                case 1: bytes.remove(at: place)
                default: bytes.insert(Array("{}[]\",:0n\\".utf8).randomElement(using: &random)!, at: place)
                }
            }
            _ = try recording.translate([ByteBuffer(bytes: bytes)])
            _ = try recording.translate([ByteBuffer(bytes: bytes)], joins: true)
        }
    }

    @Test(arguments: [
        #"{}"#, #"[]"#, #"{"type":"content_block_start"}"#,
        #"{"type":"content_block_start","content_block":{}}"#,
        #"{"type":"content_block_start","content_block":{"type":"tool_use"}}"#,
        #"{"type":"content_block_start","content_block":{"type":"tool_use","name":"f","input":[1]}}"#,
        #"{"type":"content_block_delta"}"#, #"{"type":"error"}"#, #"{"type":"error","error":"x"}"#,
    ])
    func `an event that is not Anthropic's is a fault`(_ event: String) throws {
        let recording = AnthropicRecording(reply: "", more: #""stream":true"#)
        let answer = try recording.translate([ByteBuffer(string: "data: \(event)\n\n")])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(fault.kind == .malformed || fault.kind == .server)
        #expect(answer.text.isEmpty)
    }
}
