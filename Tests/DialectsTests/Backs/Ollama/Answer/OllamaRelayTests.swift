import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Ollama's answers for clients that speak Ollama's dialect.
@Suite struct OllamaRelayTests {
    private static let replies = Recording.all.filter { $0.front == .openAIChat }.map {
        OllamaFrontReply.ollama($0.reply)
    }

    @Test(arguments: replies)
    func `passes every byte on, under the client's name for the model`(_ reply: OllamaFrontReply) throws {
        let bytes = try reply.bytes()
        var wanted = String(buffer: bytes).replacingOccurrences(
            of: #""model":"[^"]*""#, with: #""model":"ll\\u0061ma3""#, options: .regularExpression)
        #expect(wanted != String(buffer: bytes))
        // A model that is only loaded is told so in a body without a line break, even where a stream was asked for.
        if reply.isStream, !wanted.hasSuffix("\n") { wanted += "\n" }
        for cut in 0...bytes.readableBytes {
            let answer = try reply.translate([
                bytes.getSlice(at: 0, length: cut)!, bytes.getSlice(at: cut, length: bytes.readableBytes - cut)!,
            ])
            #expect(answer.end == .complete)
            #expect(answer.text == wanted, "cut at \(cut)")
        }
    }

    @Test(arguments: replies)
    func `sees the counts, times and first token that a translation sees`(_ reply: OllamaFrontReply) throws {
        let relayed = try reply.translate([try reply.bytes()]).translator
        let more = reply.isStream ? #""stream":true"# : ""
        let name = String(reply.path.dropFirst("ollama/".count))
        let translated = try Recording.golden(name, more, as: "").translate([try reply.bytes()]).2
        #expect(relayed.usage == translated.usage)
        #expect(relayed.timings == translated.timings)
        #expect(relayed.sawFirstToken && translated.sawFirstToken)
    }

    @Test func `sees the first token when it comes, and none in an empty line`() throws {
        var translator = try OllamaFrontReply.ollama("chat-stream.ndjson").translator()
        var out = ByteBuffer()
        for (text, isToken) in [("", false), ("Hi", true)] {
            let line =
                #"{"model":"m","created_at":"t","message":{"role":"assistant","content":"\#(text)"},"done":false}"#
            #expect(translator.feed(ByteBuffer(string: line + "\n"), into: &out) == .more)
            #expect(translator.sawFirstToken == isToken)
        }
    }

    @Test(arguments: [
        (
            #"{"model":"a","message":{"content":"x","model":"b"},"model":"c","done":true}"#,
            #"{"model":"ll\u0061ma3","message":{"content":"x","model":"b"},"model":"ll\u0061ma3","done":true}"#
        ),
        (#"  {"message":{},"done":true, "model" : null}  "#, #"{"message":{},"done":true, "model" : "ll\u0061ma3"}"#),
        (#"{"message":{},"done":true}"#, #"{"message":{},"done":true}"#),
    ])
    func `only the answer's own model is renamed, however it is written`(_ line: String, _ wanted: String) throws {
        for isStream in [true, false] {
            let reply = OllamaFrontReply.ollama(isStream ? "chat-stream.ndjson" : "chat.json")
            let answer = try reply.translate([ByteBuffer(string: line)])
            #expect(answer.end == .complete)
            #expect(answer.text == wanted + (isStream ? "\n" : ""))
        }
    }

    @Test func `runs of tokens are the same lines, however they come`() throws {
        let reply = OllamaFrontReply.ollama("chat-stream.ndjson")
        let name = #"ll\u0061ma3"#
        func line(_ model: String, _ text: String) -> String {
            #"{"model":"\#(model)","created_at":"t","message":{"role":"assistant","content":"\#(text)"},"done":false}"#
        }
        // More than one run's bytes, names that are the client's own, a line that is not plain and one that is longer than a run.
        var lines = (0..<90).map { line($0 % 7 == 0 ? name : "b", "word\($0)") }
        lines.insert(#"{"model":"b","message":{"content":"x"}}"#, at: 40)
        lines.insert(line("b", String(repeating: "y", count: 5_000)), at: 60)
        lines.append(#"{"model":"b","message":{"content":""},"done":true}"#)
        let wanted = lines.map { $0.replacingOccurrences(of: #""model":"b""#, with: #""model":"\#(name)""#) + "\n" }
            .joined()
        let bytes = ByteBuffer(string: lines.joined(separator: "\n") + "\n")
        for size in [1, 97, 1_000, 4_096, bytes.readableBytes] {
            var (rest, pieces) = (bytes, [ByteBuffer]())
            while rest.readableBytes > 0 { pieces.append(rest.readSlice(length: min(size, rest.readableBytes))!) }
            let answer = try reply.translate(pieces)
            #expect(answer.end == .complete && answer.text == wanted, "in pieces of \(size)")
        }
    }

    @Test func `a line end of another kind and blank lines are no lines of the client's`() throws {
        let reply = OllamaFrontReply.ollama("chat-stream.ndjson")
        let answer = try reply.translate([
            ByteBuffer(string: "\r\n{\"message\":{\"content\":\"a\"}}\r\n\n  \n{\"done\":true}\r\n{\"late\":1}\n")
        ])
        #expect(answer.end == .complete)
        #expect(answer.text == "{\"message\":{\"content\":\"a\"}}\n{\"done\":true}\n")
    }

    @Test func `an answer that says it is not done is cut, and nothing of it is written`() throws {
        let answer = try OllamaFrontReply.ollama("chat.json").translate([
            ByteBuffer(string: #"{"model":"m","message":{"role":"assistant","content":"x"},"done":false}"#)
        ])
        #expect(answer.end == AnswerTranslator.cut)
        #expect(answer.text.isEmpty)
    }

    @Test func `a line without end is a fault`() throws {
        var translator = try OllamaFrontReply.ollama("chat-stream.ndjson").translator()
        var out = ByteBuffer()
        var pieces = 0
        while case .more = translator.feed(ByteBuffer(repeating: 0x20, count: 1 << 20), into: &out) { pieces += 1 }
        #expect(pieces == 16)
    }
}
