import Foundation
import NIOCore
import Testing

@testable import Dialects

/// A recorded reply, how it was asked for, and what the client must get of it.
struct Relayed: Sendable, CustomTestStringConvertible {
    let reply: String
    let golden: String
    var more = ""
    var front = Front.openAIChat
    let usage: Usage

    var testDescription: String { "\(reply) \(more)" }

    private static let stream = #""stream":true"#

    /// A reply whose golden file bears its name.
    private static func same(
        _ path: String, _ usage: Usage, _ front: Front = .openAIChat, more: String? = nil, as golden: String? = nil
    ) -> Relayed {
        let dot = path.lastIndex(of: ".")!
        return Relayed(
            reply: path, golden: golden ?? path[..<dot] + ".client" + path[dot...],
            more: more ?? (path.hasSuffix(".sse") ? stream : ""), front: front, usage: usage)
    }

    private static func counts(
        _ prompt: Int, _ completion: Int, cached: Int = 0, written: Int = 0, reasoning: Int = 0
    ) -> Usage {
        var usage = Usage(promptTokens: prompt, completionTokens: completion)
        usage.cachedTokens = cached
        usage.cacheWriteTokens = written
        usage.reasoningTokens = reasoning
        return usage
    }

    static let all: [Relayed] = [
        same("openai/chat.json", counts(1117, 46, cached: 1024, reasoning: 16)),
        same("openai/chat-tools.json", counts(82, 17)),
        same("openai/chat-structured.json", counts(81, 100)),
        same("openai/chat-stream.sse", counts(26, 7, cached: 4, reasoning: 3)),
        same(
            "openai/chat-stream.sse", counts(26, 7, cached: 4, reasoning: 3),
            more: stream + #","stream_options":{"include_usage":true}"#, as: "openai/chat-stream-usage.client.sse"),
        same("openai/chat-stream-tools.sse", counts(26, 7, cached: 4, reasoning: 3)),
        same("openai/completions.json", counts(5, 7), .openAICompletions),
        same("openai/completions-stream.sse", counts(5, 2), .openAICompletions),
        same("openai/embeddings.json", counts(8, 0), .openAIEmbeddings),
        same("openai/embeddings-base64.json", counts(8, 0), .openAIEmbeddings, more: #""encoding_format":"base64""#),
        same("azure/chat.json", counts(11, 2)), same("azure/chat-stream.sse", counts(11, 2)),
        same("mistral/chat.json", counts(15, 27)), same("mistral/chat-stream.sse", counts(14, 16)),
        same("mistral/magistral.json", counts(10, 50)), same("mistral/magistral-stream.sse", counts(14, 16)),
        same("compatible/groq-stream.sse", counts(78, 28, cached: 64, reasoning: 19)),
        same("compatible/deepseek.json", counts(20, 100, cached: 16, reasoning: 80)),
        same("compatible/deepseek-stream.sse", counts(20, 100, cached: 16, reasoning: 80)),
        same("compatible/openrouter-stream.sse", counts(9, 20, written: 5, reasoning: 11)),
        same("compatible/vllm-stream.sse", counts(12, 8)), same("compatible/llamacpp-stream.sse", counts(12, 2)),
        same("compatible/together.json", counts(5, 2)),
        same("compatible/xai.json", counts(32, 103, cached: 6, reasoning: 94)),
        same("compatible/fireworks-stream.sse", counts(5, 2)), same("compatible/no-done.sse", counts(0, 0)),
        same("compatible/no-blank-line.sse", counts(0, 0)), same("compatible/several-lines.sse", counts(0, 0)),
    ]

    /// Replies that fail, and how.
    static let failing: [(reply: String, kind: UpstreamFault.Kind)] = [
        ("openai/chat-stream-error.sse", .server), ("openai/chat-stream-error-first.sse", .saturated),
        ("openai/chat-error.json", .contextWindow), ("openai/chat-stream-cut.sse", .incomplete),
        ("openai/chat-stream-bad.sse", .malformed), ("compatible/openrouter-stream-error.sse", .server),
        ("compatible/vllm-stream-error.sse", .server), ("compatible/lmstudio-stream-error.sse", .contextWindow),
        ("compatible/two-choices-cut.sse", .incomplete),
    ]

    static func request(_ more: String, _ front: Front) throws -> ClientRequest {
        let prompt =
            switch front {
            case .openAIChat, .ollamaChat, .anthropicMessages: #""messages":[{"role":"user","content":"Hi"}]"#
            case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings: #""prompt":"Hi""#
            case .openAIEmbeddings, .openAIResponses, .ollamaEmbed: #""input":["a","b"]"#
            }
        let fields = [#""model":"ll\u0061ma3""#, prompt, more].filter { !$0.isEmpty }
        return try Fixture.scan("{" + fields.joined(separator: ",") + "}", front)
    }

    /// Feeds pieces; what the client gets, and how it ended.
    static func relay(
        _ pieces: [ByteBuffer], _ more: String = stream, _ front: Front = .openAIChat, model: String? = nil
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        var translator = AnswerTranslator(
            request: try request(more, front), target: OpenAIFixture.target(), responseID: 1, created: 1,
            model: model)
        var out = ByteBuffer()
        var progress = AnswerTranslator.Progress.more
        for piece in pieces {
            progress = translator.feed(piece, into: &out)
            if !more.contains(stream) { #expect(out.readableBytes == 0, "nothing is written before the end") }
        }
        if case .more = progress { progress = translator.end(into: &out) }
        return (String(buffer: out), progress, translator)
    }
}

@Suite struct OpenAIRelayTests {
    private static func more(for reply: String) -> String { reply.hasSuffix(".sse") ? #""stream":true"# : "" }

    @Test(arguments: Relayed.all)
    func `gives the client what the golden file says`(_ recording: Relayed) throws {
        let reply = try OpenAIFixture.reply(recording.reply)
        let answer = try Relayed.relay([reply], recording.more, recording.front)
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try OpenAIFixture.reply(recording.golden)))
        #expect(answer.translator.usage == recording.usage)
        #expect(answer.translator.sawFirstToken)
    }

    @Test(arguments: Relayed.all)
    func `does not care where the reply is cut`(_ recording: Relayed) throws {
        let reply = try OpenAIFixture.reply(recording.reply)
        let whole = try Relayed.relay([reply], recording.more, recording.front)
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try Relayed.relay(pieces, recording.more, recording.front)
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.translator.usage == whole.translator.usage)
        }
        let bytes = (0..<reply.readableBytes).map { reply.getSlice(at: $0, length: 1)! }
        #expect(try Relayed.relay(bytes, recording.more, recording.front).text == whole.text, "byte by byte")
    }

    @Test(arguments: Relayed.failing)
    func `says how the provider failed, wherever the reply is cut`(_ path: String, _ kind: UpstreamFault.Kind) throws {
        let reply = try OpenAIFixture.reply(path)
        let more = Self.more(for: path)
        let whole = try Relayed.relay([reply], more)
        guard case .failed(let fault) = whole.end else {
            Issue.record("ended as \(whole.end)")
            return
        }
        #expect(fault.kind == kind)
        #expect(fault.status == 200)
        #expect(!fault.message.isEmpty)
        #expect(!whole.text.contains("[DONE]"))
        #expect(!whole.text.contains("\"error\""))
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try Relayed.relay(pieces, more)
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.text == whole.text, "cut at \(cut)")
        }
    }

    @Test(arguments: Relayed.all.filter { $0.more.contains("stream") })
    func `a stream that is cut off is never complete`(_ recording: Relayed) throws {
        let reply = try OpenAIFixture.reply(recording.reply)
        let text = String(buffer: reply)
        // Where the last choice's end begins; behind it a provider may close without a word.
        let finish = try #require(text.range(of: #""finish_reason":""#, options: .backwards))
        let safe = text.utf8.distance(from: text.startIndex, to: finish.lowerBound)
        for cut in 0..<safe {
            let answer = try Relayed.relay([reply.getSlice(at: 0, length: cut)!], recording.more, recording.front)
            guard case .failed(let fault) = answer.end else {
                Issue.record("cut at \(cut): \(answer.end)")
                return
            }
            #expect(fault.kind == .incomplete, "cut at \(cut)")
            #expect(!answer.text.contains("[DONE]"))
        }
    }

    @Test(arguments: Relayed.all)
    func `damaged replies never trap`(_ recording: Relayed) throws {
        let reply = Array(try OpenAIFixture.reply(recording.reply).readableBytesView)
        var random = Generator(seed: 7)
        for _ in 0..<300 {
            var damaged = reply
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(Array("{}[]\",:\\n".utf8).randomElement(using: &random)!, at: place)
                }
            }
            let answer = try Relayed.relay([ByteBuffer(bytes: damaged)], recording.more, recording.front)
            if recording.more.contains("stream") { continue }
            if case .complete = answer.end { #expect(throws: Never.self) { try canonical(answer.text) } }
        }
    }

    @Test func `sees the first token where there is one, not where a role is announced`() throws {
        func sees(_ delta: String) throws -> Bool {
            let event = #"data: {"model":"m","choices":[{"index":0,"delta":\#(delta),"finish_reason":null}]}"# + "\n\n"
            return try Relayed.relay([ByteBuffer(string: event)]).translator.sawFirstToken
        }
        for delta in [
            #"{"role":"assistant","content":""}"#, #"{"role":"assistant","content":null,"tool_calls":[]}"#, "{}",
            #"{"reasoning_content":""}"#, #"{"content":[]}"#, #"{"reasoning":null,"refusal":null}"#,
        ] {
            #expect(try !sees(delta), "\(delta)")
        }
        for delta in [
            #"{"content":"a"}"#, #"{"reasoning":"a"}"#, #"{"reasoning_content":"a"}"#, #"{"refusal":"a"}"#,
            #"{"tool_calls":[{"index":0}]}"#, #"{"content":[{"type":"text","text":"a"}]}"#,
            #"{"audio":{"data":"AA=="}}"#, #"{"function_call":{"name":"f"}}"#,
        ] {
            #expect(try sees(delta), "\(delta)")
        }
        let text = #"data: {"choices":[{"index":0,"text":"a","finish_reason":null}]}"# + "\n\n"
        #expect(
            try Relayed.relay([ByteBuffer(string: text)], #""stream":true"#, .openAICompletions).translator
                .sawFirstToken)
    }

    @Test func `ignores everything behind the end, and keeps its fault`() throws {
        var translator = AnswerTranslator(
            request: try Relayed.request(#""stream":true"#, .openAIChat), target: OpenAIFixture.target(), responseID: 1,
            created: 1)
        var out = ByteBuffer()
        let reply = try OpenAIFixture.reply("openai/chat-stream.sse")
        #expect(translator.feed(reply, into: &out) == .complete)
        let length = out.readableBytes
        #expect(translator.feed(reply, into: &out) == .complete)
        #expect(translator.end(into: &out) == .complete)
        #expect(out.readableBytes == length)
    }

    @Test func `writes the model as it is told`() throws {
        let reply = try OpenAIFixture.reply("openai/chat-tools.json")
        let answer = try Relayed.relay([reply], "", model: #"a "b""#)
        #expect(answer.text.contains(#""model":"a \"b\"""#))
    }

    @Test(arguments: ["", "\n", " \n\n", ": ping\n\n"])
    func `takes an empty reply for an incomplete one`(_ reply: String) throws {
        for more in ["", #""stream":true"#] where more != "" || !reply.hasPrefix(":") {
            guard case .failed(let fault) = try Relayed.relay([ByteBuffer(string: reply)], more).end else {
                Issue.record("\(reply)")
                continue
            }
            #expect(fault.kind == .incomplete)
        }
    }

    @Test func `reads an error that comes as plain JSON where a stream was asked for`() throws {
        let error = #"{"error":{"message":"No models loaded","type":"invalid_request_error","code":"model_not_found"}}"#
        guard case .failed(let fault) = try Relayed.relay([ByteBuffer(string: error)]).end else {
            Issue.record("no fault")
            return
        }
        #expect(fault == UpstreamFault(kind: .server, status: 200, message: "No models loaded"))
        let whole = try OpenAIFixture.reply("openai/chat.json")
        guard case .failed(let other) = try Relayed.relay([whole]).end else {
            Issue.record("no fault")
            return
        }
        #expect(other.kind == .malformed)
    }

    @Test func `a whole answer that is cut is incomplete, one of another kind malformed`() throws {
        func kind(_ reply: String) throws -> UpstreamFault.Kind? {
            guard case .failed(let fault) = try Relayed.relay([ByteBuffer(string: reply)], "").end else { return nil }
            return fault.kind
        }
        #expect(try kind(#"{"id":"1","choices":[{"index":0"#) == .incomplete)
        #expect(try kind(#"{"id":"1"}"#) == .malformed)
        #expect(try kind("[]") == .malformed)
        #expect(try kind("<html>") == .malformed)
        #expect(try kind(#"{"choices":[]}{}"#) == .malformed)
        #expect(try kind(#"{"error":"no"}"#) == .server)
    }
}
