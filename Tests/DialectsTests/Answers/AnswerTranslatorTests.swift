import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply, how it was asked for, and what the client must get (or the fault).
struct Recording: Sendable, CustomTestStringConvertible {
    enum Expectation: Sendable {
        case golden(String)
        case fails(UpstreamFault.Kind, after: String?)
    }

    let reply: String
    var front = Front.openAIChat
    var more = ""
    let expected: Expectation

    var testDescription: String { "\(reply) \(more)" }

    var isStream: Bool { more.contains(#""stream":true"#) }

    /// Answers in which a golden file says what the client gets.
    static func golden(_ reply: String, _ more: String = "", _ front: Front = .openAIChat, as name: String) -> Recording
    {
        Recording(reply: reply, front: front, more: more, expected: .golden(name))
    }

    static let all: [Recording] = {
        let stream = #""stream":true"#
        let usage = stream + #","stream_options":{"include_usage":true}"#
        let streams = [
            "chat-stream", "chat-stream-escaped", "chat-stream-length", "chat-stream-thinking", "chat-stream-empty",
            "chat-stream-tools-own-line", "chat-stream-tools-last-line", "chat-stream-tools-no-id",
            "chat-stream-logprobs", "chat-stream-load",
        ].map { golden("\($0).ndjson", stream, as: "\($0).sse") }
        let wholes = [
            "chat", "chat-thinking", "chat-tools", "chat-length", "chat-no-counts", "chat-logprobs",
        ].map { golden("\($0).json", as: "\($0).openai.json") }
        let others = [
            golden("chat-stream.ndjson", usage, as: "chat-stream-usage.sse"),
            golden("chat-stream-empty.ndjson", usage, as: "chat-stream-empty-usage.sse"),
            golden("generate-stream.ndjson", stream, .openAICompletions, as: "generate-stream.sse"),
            golden("generate-stream.ndjson", usage, .openAICompletions, as: "generate-stream-usage.sse"),
            golden("generate-stream-logprobs.ndjson", stream, .openAICompletions, as: "generate-stream-logprobs.sse"),
            golden("generate.json", "", .openAICompletions, as: "generate.openai.json"),
            golden("generate-logprobs.json", "", .openAICompletions, as: "generate-logprobs.openai.json"),
            golden("embed.json", "", .openAIEmbeddings, as: "embed.openai.json"),
            golden("embed.json", #""encoding_format":"base64""#, .openAIEmbeddings, as: "embed-base64.openai.json"),
        ]
        return streams + wholes + others
    }()

    static let failing: [Recording] = {
        func fails(
            _ reply: String, _ kind: UpstreamFault.Kind, after text: String? = nil, _ front: Front = .openAIChat
        ) -> Recording {
            Recording(
                reply: reply, front: front, more: reply.hasSuffix(".ndjson") ? #""stream":true"# : "",
                expected: .fails(kind, after: text))
        }
        return [
            fails("chat-stream-error-first.ndjson", .server),
            fails("chat-stream-error-later.ndjson", .server, after: "lo"),
            fails("chat-stream-no-done.ndjson", .incomplete, after: "lo"),
            fails("chat-stream-cut.ndjson", .incomplete, after: "Hel"),
            fails("chat-stream-bad-json.ndjson", .malformed, after: "Hel"), fails("chat-not-done.json", .incomplete),
            fails("chat-error.json", .server), fails("embed-error.json", .contextWindow, .openAIEmbeddings),
            fails("chat.json", .malformed, .openAIEmbeddings),
        ]
    }()

    /// The request that asked for it.
    func request() throws -> ClientRequest {
        let prompt =
            switch front {
            case .openAIChat, .ollamaChat, .anthropicMessages: #""messages":[{"role":"user","content":"Hi"}]"#
            case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings: #""prompt":"Hi""#
            case .openAIEmbeddings, .openAIResponses, .ollamaEmbed: #""input":["a","b"]"#
            }
        let fields = [#""model":"ll\u0061ma3""#, prompt, more].filter { !$0.isEmpty }
        return try Fixture.scan("{" + fields.joined(separator: ",") + "}", front)
    }

    func translator() throws -> AnswerTranslator {
        AnswerTranslator(
            request: try request(), target: Fixture.target(), responseID: 0xfeed_0123_4567_89ab, created: 1_795_366_482)
    }

    /// Feeds the reply in pieces; what the client gets and how it ended.
    func translate(_ pieces: [ByteBuffer]) throws -> (text: String, end: AnswerTranslator.Progress, AnswerTranslator) {
        var translator = try translator()
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if !isStream { #expect(out.readableBytes == 0, "nothing is written before the end") }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}

@Suite struct AnswerTranslatorTests {
    @Test(arguments: Recording.all)
    func `gives the client what the golden file says`(_ recording: Recording) throws {
        guard case .golden(let name) = recording.expected else { return }
        let answer = try recording.translate([try Fixture.ollama(recording.reply)])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try Fixture.ollama(name)))
        #expect(answer.2.sawFirstToken)
    }

    @Test(arguments: Recording.all + Recording.failing)
    func `does not care where the reply is cut`(_ recording: Recording) throws {
        let reply = try Fixture.ollama(recording.reply)
        let whole = try recording.translate([reply])
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try recording.translate(pieces)
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.2.usage == whole.2.usage)
            #expect(answer.2.timings == whole.2.timings)
            #expect(answer.2.sawFirstToken == whole.2.sawFirstToken)
        }
        let bytes = (0..<reply.readableBytes).map { reply.getSlice(at: $0, length: 1)! }
        let answer = try recording.translate(bytes)
        #expect(answer.text == whole.text, "byte by byte")
        #expect(answer.end == whole.end)
    }

    @Test(arguments: Recording.failing)
    func `says how the upstream failed, and writes nothing of it`(_ recording: Recording) throws {
        guard case .fails(let kind, let last) = recording.expected else { return }
        let answer = try recording.translate([try Fixture.ollama(recording.reply)])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(fault.kind == kind)
        #expect(fault.status == 200)
        #expect(!fault.message.isEmpty)
        #expect(!answer.text.contains("error"))
        #expect(!answer.text.contains("[DONE]"))
        #expect(!answer.text.contains("finish_reason\":\""))
        if recording.isStream { #expect(answer.2.sawFirstToken == (last != nil)) }
        if let last {
            #expect(answer.text.contains("\"content\":\"\(last)\""))
        } else {
            #expect(answer.text.isEmpty)
        }
    }

    @Test func `reads counts and times`() throws {
        let recording = Recording.golden("chat-stream.ndjson", #""stream":true"#, as: "")
        let translator = try recording.translate([try Fixture.ollama(recording.reply)]).2
        #expect(translator.usage == Usage(promptTokens: 26, completionTokens: 7))
        #expect(translator.timings.totalNanoseconds == 1_293_847_123)
        #expect(translator.timings.loadNanoseconds == 41_233_000)
        #expect(translator.timings.promptEvalNanoseconds == 98_123_000)
        #expect(translator.timings.evalNanoseconds == 298_431_000)
    }

    @Test func `takes missing counts for zero`() throws {
        let recording = Recording.golden("chat-no-counts.json", as: "")
        let answer = try recording.translate([try Fixture.ollama(recording.reply)])
        #expect(answer.2.usage == Usage())
        #expect(answer.2.timings == UpstreamTimings())
        #expect(answer.text.contains(#""prompt_tokens":0,"completion_tokens":0,"total_tokens":0"#))
    }

    @Test func `ignores everything behind the end`() throws {
        let recording = Recording.golden("chat-stream.ndjson", #""stream":true"#, as: "")
        var translator = try recording.translator()
        var out = ByteBuffer()
        var reply = try Fixture.ollama("chat-stream.ndjson")
        reply.writeString("{\"error\":\"late\"}\nnonsense")
        #expect(translator.feed(reply, into: &out) == .complete)
        let length = out.readableBytes
        #expect(translator.feed(reply, into: &out) == .complete)
        #expect(translator.end(into: &out) == .complete)
        #expect(out.readableBytes == length)
    }

    @Test func `keeps its fault`() throws {
        let recording = Recording.golden("chat-stream-error-first.ndjson", #""stream":true"#, as: "")
        var translator = try recording.translator()
        var out = ByteBuffer()
        let failed = translator.feed(try Fixture.ollama(recording.reply), into: &out)
        #expect(translator.feed(try Fixture.ollama("chat-stream.ndjson"), into: &out) == failed)
        #expect(translator.end(into: &out) == failed)
        #expect(out.readableBytes == 0)
    }

    @Test(arguments: ["", "\n", " \n\n"])
    func `takes an empty reply for an incomplete one`(_ reply: String) throws {
        for more in ["", #""stream":true"#] {
            let answer = try Recording.golden("", more, as: "").translate([ByteBuffer(string: reply)])
            guard case .failed(let fault) = answer.end else {
                Issue.record("ended as \(answer.end)")
                continue
            }
            #expect(fault.kind == .incomplete)
        }
    }

    @Test func `skips blank lines and takes line ends of both kinds`() throws {
        let reply =
            "\r\n{\"message\":{\"role\":\"assistant\",\"content\":\"a\"},\"done\":false}\r\n\n  \n{\"done\":true}\r\n"
        let answer = try Recording.golden("", #""stream":true"#, as: "").translate([ByteBuffer(string: reply)])
        #expect(answer.end == .complete)
        #expect(answer.text.contains(#""delta":{"role":"assistant","content":"a"}"#))
    }

    @Test(arguments: [
        "[]", "5", "\"x\"", "{}", #"{"model":"m"}"#, #"{"message":{"content":5},"done":false}"#,
        #"{"message":{"content":"x"},"done":"yes"}"#, "<html>", #"{"message":{"content":"a\#u{1}b"},"done":true}"#,
        #"{"message":{"content":"x"},"done":true"#,
    ])
    func `calls malformed what is not an answer`(_ line: String) throws {
        let answer = try Recording.golden("", #""stream":true"#, as: "").translate([ByteBuffer(string: line + "\n")])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(fault.kind == .malformed)
        #expect(answer.text.isEmpty)
    }

    @Test(arguments: [
        ("server busy, please try again.  maximum pending requests exceeded", UpstreamFault.Kind.saturated),
        ("model 'x' not found", .missingTag), ("invalid format: x", .client), ("boom", .server),
    ])
    func `classifies an error line by its words`(_ text: String, _ kind: UpstreamFault.Kind) throws {
        let line = "{\"error\":\(JSONText.string(text))}\n"
        let answer = try Recording.golden("", #""stream":true"#, as: "").translate([ByteBuffer(string: line)])
        #expect(answer.end == .failed(UpstreamFault(kind: kind, status: 200, message: text)))
    }

    @Test func `ends a line without end`() throws {
        var translator = try Recording.golden("", #""stream":true"#, as: "").translator()
        var out = ByteBuffer()
        let piece = ByteBuffer(repeating: 0x20, count: 1 << 20)
        var pieces = 0
        while case .more = translator.feed(piece, into: &out) { pieces += 1 }
        #expect(pieces == 16)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps on damaged replies and never writes broken events`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let recordings = Recording.all.filter(\.isStream)
        let replies = try recordings.map { Array(try Fixture.ollama($0.reply).readableBytesView) }
        var complete = 0
        for _ in 0..<1_500 {
            let place = Int.random(in: 0..<recordings.count, using: &random)
            var reply = replies[place]
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                let index = Int.random(in: 0..<reply.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: reply.remove(at: index)
                case 1: reply[index] = UInt8.random(in: 0...255, using: &random)
                default: reply.insert(Array("{}[]\",:\\0n\n".utf8).randomElement(using: &random)!, at: index)
                }
            }
            let cut = Int.random(in: 0...reply.count, using: &random)
            let answer = try recordings[place].translate([
                ByteBuffer(bytes: reply[..<cut]), ByteBuffer(bytes: reply[cut...]),
            ])
            if answer.end == .complete { complete += 1 }
            for event in answer.text.components(separatedBy: "\n\n").dropLast() where event != "data: [DONE]" {
                #expect(event.hasPrefix("data: "))
                #expect(JSONText(String(event.dropFirst(6))) != nil, "seed \(seed): \(event)")
            }
        }
        #expect(complete > 100 && complete < 1_500)
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64], [Front.openAIChat, .openAICompletions, .anthropicMessages])
    func `reads plain lines as the general reader does, whatever became of them`(
        seed: UInt64, front: Front
    ) throws {
        var random = Generator(seed: seed)
        let texts = [
            "", "a", " blue", #"\n"#, #"\u00e9\"x"#, "žluťoučký", #"\ud83e\udd99"#, String(repeating: "x", count: 40),
        ]
        var plain = 0
        for _ in 0..<3_000 {
            let text = texts.randomElement(using: &random)!
            let middle =
                front.work == .chat
                ? #""message":{"role":"assistant","content":"\#(text)"},"# : #""response":"\#(text)","#
            var line = Array(
                #"{"model":"llama3.1:8b","created_at":"2026-08-21T18:48:22.12Z",\#(middle)"done":false}"#.utf8)
            for _ in 0..<Int.random(in: 0...2, using: &random) {
                let index = Int.random(in: 0..<line.count, using: &random)
                switch Int.random(in: 0..<4, using: &random) {
                case 0: line.remove(at: index)
                case 1: line[index] = UInt8.random(in: 0...255, using: &random)
                case 2: line.removeSubrange(index...)
                default: line.insert(Array("{}[]\",:\\0n ".utf8).randomElement(using: &random)!, at: index)
                }
                if line.isEmpty { break }
            }
            func translate<Sink: AnswerSink>(
                _ sink: Sink, knowsPlainLines: Bool
            ) -> (String, AnswerTranslator.Progress, Bool) {
                var reader = OllamaReader(work: front.work)
                reader.knowsPlainLines = knowsPlainLines
                var answer = EventAnswer(reader, NDJSONFraming.self, to: sink, comesInEvents: true)
                var out = ByteBuffer()
                var progress = AnswerTranslator.Progress.more
                for _ in 0..<2 {
                    guard case .more = progress else { break }
                    progress = answer.feed(ByteBuffer(bytes: line + [0x0a]), into: &out)
                }
                return (String(buffer: out), progress, answer.sawFirstToken)
            }
            func translate(_ knowsPlainLines: Bool) -> (String, AnswerTranslator.Progress, Bool) {
                let identity = AnswerIdentity(model: ByteBuffer(string: "llama3"), created: 1, responseID: 1)
                if front == .anthropicMessages {
                    return translate(AnthropicEvents(identity, promptEstimate: 1), knowsPlainLines: knowsPlainLines)
                }
                return front == .openAIChat
                    ? translate(
                        OpenAIChatChunks(identity, includeUsage: false), knowsPlainLines: knowsPlainLines)
                    : translate(
                        OpenAICompletionChunks(identity, includeUsage: false), knowsPlainLines: knowsPlainLines)
            }
            let (fast, general) = (translate(true), translate(false))
            #expect(fast == general, "seed \(seed): \(String(decoding: line, as: UTF8.self))")
            if fast.1 == .more { plain += 1 }
        }
        #expect(plain > 500 && plain < 3_000)
    }

    @Test func `writes one id and one model in every chunk`() throws {
        let recording = Recording.golden(
            "chat-stream-tools-own-line.ndjson", #""stream":true,"stream_options":{"include_usage":true}"#, as: "")
        let text = try recording.translate([try Fixture.ollama(recording.reply)]).text
        let events = text.components(separatedBy: "\n\n").dropLast()
        #expect(events.last == "data: [DONE]")
        for event in events.dropLast() {
            let json = Data(event.dropFirst("data: ".count).utf8)
            let chunk = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
            #expect(chunk["id"] as? String == "chatcmpl-feed0123456789ab")
            #expect(chunk["model"] as? String == "llama3")
            #expect(chunk["created"] as? Int == 1_795_366_482)
            #expect(chunk["object"] as? String == "chat.completion.chunk")
        }
    }
}
