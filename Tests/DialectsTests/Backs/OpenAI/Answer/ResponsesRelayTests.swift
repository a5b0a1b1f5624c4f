import Dialects
import Foundation
import NIOCore
import Testing

@Suite struct ResponsesRelayTests {
    private static let stream = #""stream":true"#

    private static func relay(
        _ pieces: [ByteBuffer], stream: Bool
    ) throws -> (text: String, end: AnswerTranslator.Progress, translator: AnswerTranslator) {
        try Relayed.relay(pieces, stream ? Self.stream : "", .openAIResponses)
    }

    @Test(arguments: [("openai/response.json", false), ("openai/response-stream.sse", true)])
    func `gives the client the provider's bytes under its own name for the model`(
        _ path: String, _ isStream: Bool
    ) throws {
        let reply = try OpenAIFixture.reply(path)
        let golden = String(
            buffer: try OpenAIFixture.reply(path.replacingOccurrences(of: ".", with: ".client.")))
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try Self.relay(pieces, stream: isStream)
            #expect(answer.end == .complete, "cut at \(cut)")
            #expect(answer.text == golden, "cut at \(cut)")
            #expect(answer.translator.sawFirstToken)
            #expect(answer.translator.usage.promptTokens == 37)
            #expect(answer.translator.usage.completionTokens == 11)
            #expect(answer.translator.usage.cachedTokens == 5)
            #expect(answer.translator.usage.reasoningTokens == 2)
        }
    }

    @Test func `a stream that is cut off is never complete`() throws {
        let reply = try OpenAIFixture.reply("openai/response-stream.sse")
        let text = String(buffer: reply)
        let last = try #require(text.range(of: "event: response.completed"))
        let safe = text.utf8.distance(from: text.startIndex, to: last.lowerBound)
        for cut in 0..<safe {
            guard case .failed(let fault) = try Self.relay([reply.getSlice(at: 0, length: cut)!], stream: true).end
            else {
                Issue.record("cut at \(cut)")
                return
            }
            #expect(fault.kind == .incomplete)
        }
    }

    @Test(arguments: [
        (
            #"{"type":"response.failed","sequence_number":3,"response":{"id":"r","object":"response","status":"failed","error":{"code":"rate_limit_exceeded","message":"Slow"},"model":"gpt-5","usage":null}}"#,
            UpstreamFault.Kind.saturated, "Slow"
        ),
        (
            #"{"type":"response.failed","response":{"status":"failed","error":{"code":"server_error","message":"Broken"}}}"#,
            .server, "Broken"
        ),
        (
            #"{"type":"error","code":"context_length_exceeded","message":"Your input exceeds the context window of this model.","param":"input","sequence_number":2}"#,
            .contextWindow, "Your input exceeds the context window of this model."
        ),
        (#"{"type":"error","error":{"type":"server_error","code":null,"message":"m"}}"#, .server, "m"),
    ])
    func `says how a response failed`(_ event: String, _ kind: UpstreamFault.Kind, _ message: String) throws {
        let answer = try Self.relay([ByteBuffer(string: "event: x\ndata: \(event)\n\n")], stream: true)
        #expect(answer.end == .failed(UpstreamFault(kind: kind, status: 200, message: message)))
        #expect(answer.text.isEmpty)
        let whole = try Self.relay(
            [
                ByteBuffer(
                    string: #"{"object":"response","status":"failed","error":{"code":"server_error","message":"m"}}"#)
            ],
            stream: false)
        #expect(whole.end == .failed(UpstreamFault(kind: .server, status: 200, message: "m")))
    }

    @Test func `an incomplete response is an end`() throws {
        let event =
            #"{"type":"response.incomplete","response":{"object":"response","status":"incomplete","error":null,"incomplete_details":{"reason":"max_output_tokens"},"model":"x","usage":{"input_tokens":1,"output_tokens":2,"total_tokens":3}}}"#
        let answer = try Self.relay([ByteBuffer(string: "event: response.incomplete\ndata: \(event)")], stream: true)
        #expect(answer.end == .complete)
        #expect(answer.translator.usage == Usage(promptTokens: 1, completionTokens: 2))
    }

    @Test func `an answer of another kind is malformed, an empty one incomplete`() throws {
        func kind(_ reply: String, stream: Bool = false) throws -> UpstreamFault.Kind? {
            guard case .failed(let fault) = try Self.relay([ByteBuffer(string: reply)], stream: stream).end else {
                return nil
            }
            return fault.kind
        }
        #expect(try kind(#"{"object":"chat.completion","choices":[]}"#) == .malformed)
        #expect(try kind("") == .incomplete)
        #expect(try kind(#"{"object":"resp"#) == .incomplete)
        #expect(try kind("data: {]\n\n", stream: true) == .malformed)
        #expect(try kind("data: [DONE]\n\n", stream: true) == .incomplete)
        #expect(try kind(#"{"error":{"message":"no","code":"invalid_api_key"}}"#, stream: true) == .unauthorised)
        #expect(try kind(#"{"object":"response","error":null}"#, stream: true) == .malformed)
    }

    @Test(arguments: [("openai/response.json", false), ("openai/response-stream.sse", true)])
    func `damaged responses never trap`(_ path: String, _ isStream: Bool) throws {
        let reply = Array(try OpenAIFixture.reply(path).readableBytesView)
        var random = Generator(seed: 11)
        for _ in 0..<300 {
            var damaged = reply
            for _ in 0..<3 {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                if Bool.random(using: &random) {
                    damaged[place] = UInt8.random(in: 0...255, using: &random)
                } else {
                    damaged.remove(at: place)
                }
            }
            _ = try Self.relay([ByteBuffer(bytes: damaged)], stream: isStream)
        }
    }
}
