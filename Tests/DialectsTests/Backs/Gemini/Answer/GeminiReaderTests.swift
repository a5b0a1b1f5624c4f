import Foundation
import NIOCore
import Testing

@testable import Dialects

@Suite struct GeminiReaderTests {
    private func translate(_ body: String, stream: Bool = true) throws -> (
        text: String, end: AnswerTranslator.Progress, AnswerTranslator
    ) {
        let recording = GeminiRecording(
            reply: "", more: stream ? #""stream":true"# : "", expected: .golden(""))
        return try recording.translate([ByteBuffer(string: body)])
    }

    @Test(arguments: GeminiRecording.all)
    func `gives the client what the golden file says`(_ recording: GeminiRecording) throws {
        guard case .golden(let name) = recording.expected else { return }
        let answer = try recording.translate([try GeminiFixture.reply(recording.reply)])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try GeminiFixture.reply(name)))
        #expect(answer.2.sawFirstToken)
    }

    @Test(arguments: GeminiRecording.all + GeminiRecording.failing)
    func `does not care where the reply is cut`(_ recording: GeminiRecording) throws {
        let reply = try GeminiFixture.reply(recording.reply)
        let whole = try recording.translate([reply])
        for cut in 0...reply.readableBytes {
            let pieces = [
                reply.getSlice(at: 0, length: cut)!, reply.getSlice(at: cut, length: reply.readableBytes - cut)!,
            ]
            let answer = try recording.translate(pieces)
            #expect(answer.text == whole.text, "cut at \(cut)")
            #expect(answer.end == whole.end, "cut at \(cut)")
            #expect(answer.2.usage == whole.2.usage)
        }
        let bytes = (0..<reply.readableBytes).map { reply.getSlice(at: $0, length: 1)! }
        let answer = try recording.translate(bytes)
        #expect(answer.text == whole.text, "byte by byte")
        #expect(answer.end == whole.end)
    }

    @Test(arguments: GeminiRecording.failing)
    func `says how the upstream failed, and writes nothing of it`(_ recording: GeminiRecording) throws {
        guard case .fails(let kind, let last) = recording.expected else { return }
        let answer = try recording.translate([try GeminiFixture.reply(recording.reply)])
        guard case .failed(let fault) = answer.end else {
            Issue.record("ended as \(answer.end)")
            return
        }
        #expect(fault.kind == kind)
        #expect(fault.status == 200)
        #expect(!fault.message.isEmpty)
        #expect(!answer.text.contains("error") && !answer.text.contains("[DONE]"))
        if let last {
            #expect(answer.text.contains("\"content\":\"\(last)\""))
        } else {
            #expect(answer.text.isEmpty)
        }
    }

    @Test(arguments: [
        ("chat-stream-thinking.sse", 20, 76, 16, 70), ("chat-stream-tools.sse", 20, 76, 16, 70),
        ("chat-stream-early-reason.sse", 9, 5, 0, 0), ("chat-search.json", 129, 4, 0, 0),
        ("chat-thoughts-inside.json", 9, 24, 0, 20), ("chat-stream-cut.sse", 9, 0, 0, 0),
    ])
    func `counts tokens`(_ reply: String, _ prompt: Int, _ written: Int, _ cached: Int, _ thought: Int) throws {
        let recording = GeminiRecording(
            reply: reply, more: reply.hasSuffix(".sse") ? #""stream":true"# : "", expected: .golden(""))
        let usage = try recording.translate([try GeminiFixture.reply(reply)]).2.usage
        var expected = Usage(promptTokens: prompt, completionTokens: written)
        expected.cachedTokens = cached
        expected.reasoningTokens = thought
        #expect(usage == expected)
    }

    @Test(arguments: [
        ("STOP", "stop"), ("MAX_TOKENS", "length"), ("SAFETY", "content_filter"), ("RECITATION", "content_filter"),
        ("BLOCKLIST", "content_filter"), ("PROHIBITED_CONTENT", "content_filter"), ("SPII", "content_filter"),
        ("IMAGE_SAFETY", "content_filter"), ("OTHER", "content_filter"), ("MALFORMED_FUNCTION_CALL", "stop"),
        ("SOMETHING_NEW", "stop"),
    ])
    func `says in OpenAI's words why the model stopped`(_ reason: String, _ expected: String) throws {
        let answer = try translate(
            "{\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"a\"}]},\"finishReason\":\"\(reason)\"}]}",
            stream: false)
        #expect(answer.end == .complete)
        #expect(answer.text.contains("\"finish_reason\":\"\(expected)\""))
    }

    @Test func `an unspecified reason is none`() throws {
        let event = #"data: {"candidates":[{"finishReason":"FINISH_REASON_UNSPECIFIED"}]}"# + "\n\n"
        guard case .failed(let fault) = try translate(event).end else {
            Issue.record("did not fail")
            return
        }
        #expect(fault.kind == .incomplete)
    }

    @Test func `an account that Google has limited is refused`() throws {
        let event =
            #"data: {"candidates":[{"finishReason":"PUP_LIMITED_DISABLED","finishMessage":"Limited."}]}"# + "\n\n"
        #expect(
            try translate(event).end
                == .failed(UpstreamFault(kind: .unauthorised, status: 200, message: "Limited.")))
    }

    @Test func `reads the first of several candidates`() throws {
        let event = #"""
            data: {"candidates":[{"index":1,"content":{"parts":[{"text":"b"}]},"finishReason":"SAFETY"},
            data: {"index":0,"content":{"parts":[{"text":"a"}]},"finishReason":"STOP"}]}


            """#
        let answer = try translate(event)
        #expect(answer.end == .complete)
        #expect(answer.text.contains(#""content":"a""#) && !answer.text.contains(#""content":"b""#))
        #expect(answer.text.contains(#""finish_reason":"stop""#))
    }

    @Test(arguments: ["[]", "5", "\"x\"", "null", "<html>", "{\"candidates\":[}"])
    func `calls malformed what is not an answer`(_ event: String) throws {
        guard case .failed(let fault) = try translate("data: \(event)\n\n").end else {
            Issue.record("did not fail")
            return
        }
        #expect(fault.kind == .malformed)
    }

    @Test func `passes over what it does not know`() throws {
        let parts =
            #"5,null,"x",{},{"text":5},{"text":null},{"functionCall":{}},{"inlineData":{"mimeType":"audio/wav","data":"QQ=="}},{"executableCode":{"code":"1"}}"#
        let event = #"data: {"candidates":[7,{"content":{"parts":[\#(parts)]},"finishReason":"STOP"}],"x":1}"#
        let answer = try translate(event + "\n\ndata: {\"modelVersion\":\"g\"}\n\n")
        #expect(answer.end == .complete)
        #expect(answer.text.contains(#""finish_reason":"stop""#))
    }

    @Test(arguments: [1, 2, 3, 4] as [UInt64])
    func `never traps on damaged replies and never writes broken events`(seed: UInt64) throws {
        var random = Generator(seed: seed)
        let recordings = GeminiRecording.all.filter { $0.more.contains("stream") }
        let replies = try recordings.map { Array(try GeminiFixture.reply($0.reply).readableBytesView) }
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

    @Test(arguments: ["gemini-2.5-flash", "gemini-3-pro-preview"])
    func `a call's seal comes back where the client keeps no more than OpenAI's fields`(_ tag: String) throws {
        let recording = GeminiRecording(reply: "chat-tools.json", expected: .golden(""))
        let answer = try recording.translate([try GeminiFixture.reply(recording.reply)]).text
        let start = try #require(answer.range(of: "\"id\":\"call_")).lowerBound
        let id = answer[start...].dropFirst(6).prefix { $0 != "\"" }
        #expect(id.hasSuffix("__thought__CiQB0e2Kb=="))
        let call = #"{"id":"\#(id)","type":"function","function":{"name":"get_weather","arguments":"{}"}}"#
        let sent = try GeminiFixture.member(
            "contents", of: #"{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[\#(call)]}]}"#,
            to: GeminiFixture.target(tag))
        #expect(sent.contains(#""thoughtSignature":"CiQB0e2Kb==""#))
        #expect(!sent.contains("__thought__"))
    }
}
