import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded answer of Bedrock's, how it was asked for, and what the client must get (or the fault).
struct BedrockRecording: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case golden(String)
        case fails(UpstreamFault.Kind, message: String)
    }

    let reply: String
    var front = Front.openAIChat
    var more = ""
    var joins = false
    let expected: Expectation

    var testDescription: String { "\(reply) \(front) \(more) \(joins)" }

    static let streaming = #""stream":true"#
    static let counting = #""stream":true,"stream_options":{"include_usage":true}"#

    /// Answers in which a golden file says what the client gets.
    static let all: [BedrockRecording] = {
        let streams = [
            "text", "length", "filtered", "tools", "thinking", "answer", "answer-empty", "placeholder", "unknown",
        ]
        let wholes = ["chat", "tools", "thinking", "answer"]
        return streams.map {
            BedrockRecording(reply: "\($0).eventstream", more: streaming, expected: .golden("\($0).sse"))
        }
            + wholes.map { BedrockRecording(reply: "\($0).json", expected: .golden("\($0).openai.json")) }
            + [
                BedrockRecording(
                    reply: "cached.eventstream", more: counting, expected: .golden("cached-usage.sse")),
                BedrockRecording(
                    reply: "thinking.eventstream", more: counting, expected: .golden("thinking-usage.sse")),
                BedrockRecording(
                    reply: "text.eventstream", front: .openAICompletions, more: streaming,
                    expected: .golden("text-completion.sse")),
                BedrockRecording(
                    reply: "chat.json", front: .openAICompletions, expected: .golden("chat-completion.openai.json")),
                // A stream for a client that gets one whole answer.
                BedrockRecording(
                    reply: "tools.eventstream", joins: true, expected: .golden("tools-joined.openai.json")),
                BedrockRecording(
                    reply: "thinking.eventstream", joins: true, expected: .golden("thinking-joined.openai.json")),
                BedrockRecording(
                    reply: "answer.eventstream", joins: true, expected: .golden("answer-joined.openai.json")),
            ]
    }()

    static let failing: [BedrockRecording] = [
        ("throttled-first", UpstreamFault.Kind.saturated, "Too many tokens, please wait."),
        ("throttled-later", .saturated, "Too many requests"),
        ("too-long", .contextWindow, "Input is too long for requested model."), ("failed", .server, "boom"),
        ("overloaded", .saturated, "Overloaded"), ("error", .server, "it \"broke\""),
        ("no-metadata", .incomplete, "the instance's answer stopped before it was done"),
        ("no-reason", .malformed, "the provider's answer is not one of Bedrock's: it ends without a reason"),
        ("no-json", .malformed, "the provider's answer is not one of Bedrock's: an event is no JSON object"),
        ("malformed-call", .server, "the model's output is no answer (malformed_tool_use)"),
    ].map {
        BedrockRecording(
            reply: "\($0.0).eventstream", more: streaming, expected: .fails($0.1, message: $0.2))
    }

    /// Feeds the reply in pieces; what the client gets and how it ended.
    func translate(_ pieces: [ByteBuffer]) throws -> (text: String, end: AnswerTranslator.Progress, AnswerTranslator) {
        let prompt = front == .openAIChat ? #""messages":[{"role":"user","content":"Hi"}]"# : #""prompt":"Hi""#
        let fields = [#""model":"claude""#, prompt, more].filter { !$0.isEmpty }
        var request = try Fixture.scan("{" + fields.joined(separator: ",") + "}", front)
        request = request.joiningStream(joins)
        var translator = AnswerTranslator(
            request: request, target: try BedrockFixture.target(), responseID: 0xfeed_0123_4567_89ab,
            created: 1_795_366_482)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if more.isEmpty, case .more = progress { #expect(out.readableBytes == 0) }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}

@Suite struct BedrockReaderTests {
    @Test(arguments: BedrockRecording.all)
    func `gives the client what the golden file says`(_ recording: BedrockRecording) throws {
        guard case .golden(let name) = recording.expected else { return }
        let answer = try recording.translate([try BedrockFixture.file(recording.reply)])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try BedrockFixture.file(name)))
        #expect(answer.2.sawFirstToken)
    }

    @Test(arguments: BedrockRecording.all + BedrockRecording.failing)
    func `does not care where the reply is cut`(_ recording: BedrockRecording) throws {
        let reply = try BedrockFixture.file(recording.reply)
        let whole = try recording.translate([reply])
        for cut in 0...reply.readableBytes {
            let answer = try recording.translate([
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ])
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.2.usage == whole.2.usage)
        }
        let answer = try recording.translate((0..<reply.readableBytes).map { reply.getSlice(at: $0, length: 1)! })
        #expect(answer.text == whole.text, "byte by byte")
        #expect(answer.end == whole.end)
    }

    @Test(arguments: BedrockRecording.failing)
    func `says how the upstream failed, and writes nothing of it`(_ recording: BedrockRecording) throws {
        guard case .fails(let kind, let message) = recording.expected else { return }
        let answer = try recording.translate([try BedrockFixture.file(recording.reply)])
        #expect(answer.end == .failed(UpstreamFault(kind: kind, status: 200, message: message)))
        #expect(!answer.text.contains("[DONE]"))
        #expect(!answer.text.contains("finish_reason\":\""))
        #expect(answer.2.sawFirstToken == !["throttled-first", "too-long"].contains { recording.reply.hasPrefix($0) })
    }

    @Test func `counts cached tokens with the prompt's, and thinking with the answer's`() throws {
        func usage(_ reply: String, _ more: String) throws -> Usage {
            try BedrockRecording(reply: reply, more: more, expected: .golden(""))
                .translate([try BedrockFixture.file(reply)]).2.usage
        }
        var cached = Usage(promptTokens: 1_203, completionTokens: 7)
        cached.cachedTokens = 1_000
        cached.cacheWriteTokens = 200
        #expect(try usage("cached.eventstream", BedrockRecording.streaming) == cached)
        var thinking = Usage(promptTokens: 30, completionTokens: 25)
        thinking.reasoningTokens = 20
        #expect(try usage("thinking.eventstream", BedrockRecording.streaming) == thinking)
        #expect(try usage("thinking.json", "") == thinking)
    }

    @Test(arguments: [
        ("end_turn", "stop"), ("stop_sequence", "stop"), ("tool_use", "stop"), ("max_tokens", "length"),
        ("model_context_window_exceeded", "length"), ("guardrail_intervened", "content_filter"),
        ("content_filtered", "content_filter"), ("something_new", "stop"),
    ])
    func `says why the model stopped`(_ reason: String, _ expected: String) throws {
        let body = #"{"output":{"message":{"content":[{"text":"a"}]}},"stopReason":"\#(reason)"}"#
        let answer = try BedrockRecording(reply: "", expected: .golden("")).translate([ByteBuffer(string: body)])
        #expect(answer.end == .complete)
        #expect(answer.text.contains(#""finish_reason":"\#(expected)""#))
    }

    @Test(arguments: [
        "", "{", "[]", "{}", #"{"output":{}}"#, #"{"output":{"message":{"content":"x"}}}"#,
        #"{"Output":{"__type":"com.amazon.coral.service#UnknownOperationException"},"Version":"1.0"}"#,
    ])
    func `a whole body that is no answer is a fault`(_ body: String) throws {
        let answer = try BedrockRecording(reply: "", expected: .golden("")).translate([ByteBuffer(string: body)])
        guard case .failed = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(answer.text.isEmpty)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps on odd events and never writes broken ones`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        // Payloads are changed and then given to the reader, since no framing would let them through.
        var events: [(name: [UInt8], data: [UInt8])] = []
        for name in ["tools", "thinking", "answer", "unknown", "failed"] {
            var framing = EventStreamFraming()
            _ = framing.feed(try BedrockFixture.file("\(name).eventstream")) { name, data in
                events.append((Array(name), Array(data)))
                return true
            }
        }
        let request = try Fixture.scan(Fixture.chat(BedrockRecording.streaming))
        for _ in 0..<1_000 {
            var reader = BedrockReader(work: .chat)
            var out = ByteBuffer()
            var chunks = OpenAIChatChunks(
                AnswerIdentity(model: request.rawModel, created: 1, responseID: 1), includeUsage: false)
            for _ in 0..<Int.random(in: 1...12, using: &random) {
                var (name, data) = events.randomElement(using: &random)!
                if Bool.random(using: &random), !data.isEmpty {
                    let index = Int.random(in: 0..<data.count, using: &random)
                    switch Int.random(in: 0..<3, using: &random) {
                    case 0: data.remove(at: index)
                    case 1: data[index] = UInt8.random(in: 0...255, using: &random)
                    default: data.insert(Array("{}[]\",:\\0n".utf8).randomElement(using: &random)!, at: index)
                    }
                }
                let outcome = name.withUnsafeBytes { name in
                    data.withUnsafeBytes { reader.readEvent(name, $0, to: &chunks, into: &out) }
                }
                guard case .more = outcome else { break }
            }
            for event in String(buffer: out).components(separatedBy: "\n\n").dropLast() where event != "data: [DONE]" {
                #expect(JSONText(String(event.dropFirst(6))) != nil, "seed \(seed): \(event)")
            }
        }
    }

    @Test func `a call that nobody ended is over when words come`() throws {
        var reader = BedrockReader(work: .chat)
        var out = ByteBuffer()
        var whole = OpenAIChatWhole(AnswerIdentity(model: ByteBuffer(string: "m"), created: 1, responseID: 1))
        func feed(_ name: String, _ data: String) {
            Array(name.utf8).withUnsafeBytes { name in
                Array(data.utf8).withUnsafeBytes { _ = reader.readEvent(name, $0, to: &whole, into: &out) }
            }
        }
        feed("contentBlockStart", #"{"start":{"toolUse":{"toolUseId":"a","name":"f"}}}"#)
        feed("contentBlockDelta", #"{"delta":{"text":"hm"}}"#)
        feed("messageStop", #"{"stopReason":"tool_use"}"#)
        feed("metadata", #"{"usage":{"inputTokens":1,"outputTokens":2}}"#)
        #expect(JSONText(String(buffer: out)) != nil)
        #expect(String(buffer: out).contains(#""arguments":"{}""#))
    }

    @Test func `gives hidden thinking to the client, who gives it back as it was`() throws {
        let block = #"{"reasoningContent":{"redactedContent":"c2VhbGVk"}}"#
        let body = #"{"output":{"message":{"content":[\#(block),{"text":"a"}]}},"stopReason":"end_turn"}"#
        let answer = try BedrockRecording(reply: "", expected: .golden("")).translate([ByteBuffer(string: body)])
        let given = #""thinking_blocks":[{"type":"redacted_thinking","data":"c2VhbGVk"}]"#
        #expect(answer.text.contains(given))
        let back =
            #"{"model":"m","messages":[{"role":"user","content":"U"},{"role":"assistant","content":"a",\#(given)},{"role":"user","content":"V"}]}"#
        #expect(try SentToBedrock(back).body.contains(block))
    }

    @Test func `ends a call that began behind the end`() throws {
        var reader = BedrockReader(work: .chat)
        var sink = OpenAIChatWhole(AnswerIdentity(model: ByteBuffer(string: "m"), created: 1, responseID: 1))
        var out = ByteBuffer()
        for (name, data) in [
            ("messageStop", #"{"stopReason":"tool_use"}"#),
            ("contentBlockStart", #"{"start":{"toolUse":{"toolUseId":"i","name":"f"}}}"#), ("metadata", "{}"),
        ] {
            Array(name.utf8).withUnsafeBytes { name in
                Array(data.utf8).withUnsafeBytes { _ = reader.readEvent(name, $0, to: &sink, into: &out) }
            }
        }
        #expect(JSONText(String(buffer: out)) != nil, "\(String(buffer: out))")
    }
}
