import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Every dialect's answers, as a client of `/v1/messages` gets them.
@Suite struct AnthropicAnswerTests {
    @Test(arguments: AnthropicFrontReply.translated)
    func `gives the client what the golden file says`(_ reply: AnthropicFrontReply) throws {
        let answer = try reply.translate([try reply.bytes()])
        #expect(answer.end == .complete)
        #expect(answer.text == String(buffer: try OpenAIFixture.reply(reply.golden)))
        #expect(answer.translator.sawFirstToken)
    }

    @Test(arguments: AnthropicFrontReply.translated + AnthropicFrontReply.relayed)
    func `does not care where the reply is cut`(_ reply: AnthropicFrontReply) throws {
        try reply.expectSameWhereverCut(each: 7)
    }

    @Test(arguments: AnthropicFrontReply.failing)
    func `says how the upstream failed, and writes no end of it`(
        _ reply: AnthropicFrontReply, _ kind: UpstreamFault.Kind
    ) throws {
        let text = try reply.failure(kind)
        #expect(!text.contains("message_stop") && !text.contains(#""type":"error""#))
    }

    @Test(arguments: AnthropicFrontReply.relayed)
    func `an answer of the same dialect is passed on, but for the model's name`(_ reply: AnthropicFrontReply) throws {
        let bytes = try reply.bytes()
        let answer = try reply.translate([bytes])
        #expect(answer.end == .complete)
        let text = String(buffer: bytes)
        let named = try #require(try Regex(#""model":\s*("[^"]*")"#).firstMatch(in: text)?[1].substring)
        let start = text.distance(from: text.startIndex, to: named.startIndex)
        var expected = text
        expected.replaceSubrange(
            expected.index(
                expected.startIndex, offsetBy: start)..<expected.index(
                    expected.startIndex, offsetBy: start + named.count), with: #""ll\u0061ma3""#)
        // Each event has a name, whether the server gave it one or not.
        func data(_ text: String) -> [Substring] {
            text.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix(":") && !$0.hasPrefix("event:") }
        }
        #expect(data(answer.text) == data(expected))
        if reply.isStream {
            #expect(answer.text.split(separator: "\n\n").allSatisfy { $0.hasPrefix("event: ") })
        }
    }

    /// The order of events that Anthropic's libraries rely on.
    @Test(arguments: AnthropicFrontReply.translated.filter { !$0.isWhole })
    func `one block is open at a time, under its own number`(_ reply: AnthropicFrontReply) throws {
        let text = try reply.translate([try reply.bytes()]).text
        #expect(text.hasSuffix("\n\n"))
        var open: Int?
        var next = 0
        var deltas: [String] = []
        let events = text.components(separatedBy: "\n\n").dropLast()
        for (position, event) in events.enumerated() {
            let lines = event.split(separator: "\n")
            try #require(lines.count == 2)
            let name = String(lines[0].dropFirst("event: ".count))
            let data = try #require(
                try JSONSerialization.jsonObject(with: Data(lines[1].dropFirst("data: ".count).utf8)) as? [String: Any])
            #expect(data["type"] as? String == name)
            #expect((name == "message_start") == (position == 0))
            #expect((name == "message_stop") == (position == events.count - 1))
            switch name {
            case "content_block_start":
                #expect(open == nil)
                open = data["index"] as? Int
                #expect(open == next)
                next += 1
                let block = try #require(data["content_block"] as? [String: Any])
                deltas =
                    switch block["type"] as? String {
                    case "text": ["text_delta"]
                    case "thinking": ["thinking_delta", "signature_delta"]
                    case "tool_use": ["input_json_delta"]
                    default: []
                    }
            case "content_block_delta":
                #expect(open != nil && data["index"] as? Int == open)
                let delta = try #require(data["delta"] as? [String: Any])
                #expect(deltas.contains(delta["type"] as? String ?? ""))
            case "content_block_stop":
                #expect(open != nil && data["index"] as? Int == open)
                open = nil
            case "message_delta": #expect(open == nil && position == events.count - 2)
            default: #expect(["message_start", "ping", "message_stop"].contains(name))
            }
        }
    }

    /// Feeds a stream's lines of Ollama's.
    private func events(_ lines: String) throws -> String {
        let request = try Fixture.scan(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":true}"#,
            .anthropicMessages)
        var translator = AnswerTranslator(
            request: request, target: Fixture.target(), responseID: 1, created: 1)
        var out = ByteBuffer()
        _ = translator.feed(ByteBuffer(string: lines), into: &out)
        return String(buffer: out)
    }

    @Test func `a stream is Anthropic's, byte for byte`() throws {
        let lines = #"""
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"","thinking":"Hm"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"A\n"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"b"},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":"","tool_calls":[{"function":{"name":"f","arguments":{"a":"\"é"}}}]},"done":false}
            {"model":"x","created_at":"t","message":{"role":"assistant","content":""},"done":true,"done_reason":"stop","prompt_eval_count":5,"eval_count":7}

            """#
        #expect(
            try events(lines) == #"""
                event: message_start
                data: {"type":"message_start","message":{"id":"msg_0000000000000001","type":"message","role":"assistant","model":"m","content":[],"stop_reason":null,"stop_sequence":null,"usage":{"input_tokens":1,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":0}}}

                event: content_block_start
                data: {"type":"content_block_start","index":0,"content_block":{"type":"thinking","thinking":"","signature":""}}

                event: ping
                data: {"type":"ping"}

                event: content_block_delta
                data: {"type":"content_block_delta","index":0,"delta":{"type":"thinking_delta","thinking":"Hm"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":0}

                event: content_block_start
                data: {"type":"content_block_start","index":1,"content_block":{"type":"text","text":""}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"A\n"}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":1,"delta":{"type":"text_delta","text":"b"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":1}

                event: content_block_start
                data: {"type":"content_block_start","index":2,"content_block":{"type":"tool_use","id":"call_0000000000000001_0","name":"f","input":{}}}

                event: content_block_delta
                data: {"type":"content_block_delta","index":2,"delta":{"type":"input_json_delta","partial_json":"{\"a\":\"\\\"é\"}"}}

                event: content_block_stop
                data: {"type":"content_block_stop","index":2}

                event: message_delta
                data: {"type":"message_delta","delta":{"stop_reason":"tool_use","stop_sequence":null},"usage":{"input_tokens":5,"cache_creation_input_tokens":0,"cache_read_input_tokens":0,"output_tokens":7}}

                event: message_stop
                data: {"type":"message_stop"}


                """#)
    }

    @Test func `an answer without a word is a message without blocks`() throws {
        let text = try events(
            #"{"model":"x","message":{"role":"assistant","content":""},"done":true,"done_reason":"length"}"# + "\n")
        #expect(text.hasPrefix("event: message_start\n") && !text.contains("content_block"))
        #expect(text.contains(#""delta":{"stop_reason":"max_tokens","stop_sequence":null}"#))
    }

    @Test func `a whole answer whose only call is left out does not end with a call`() {
        let text = whole(
            { sink, out in
                let words = Array(#"f{\"a\":"#.utf8)
                words.withUnsafeBytes { words in
                    sink.beginToolCall(id: nil, name: UnsafeRawBufferPointer(rebasing: words[..<1]), into: &out)
                    sink.toolCallArguments(UnsafeRawBufferPointer(rebasing: words[1...]), into: &out)
                }
                sink.endToolCall(into: &out)
            }, AnswerEnd(reason: .toolCalls, usage: Usage()))
        #expect(text.contains(#""content":[],"stop_reason":"end_turn""#), "\(text)")
    }

    @Test func `a stream that is passed on may lack its last blank line`() throws {
        let request = try Fixture.scan(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"Hi"}],"stream":true}"#,
            .anthropicMessages)
        var translator = AnswerTranslator(request: request, target: Fixture.claude(), responseID: 1, created: 1)
        var out = ByteBuffer()
        let start = """
            event: message_start
            data: {"type":"message_start","message":{"id":"a","model":"x","usage":{"input_tokens":3,"output_tokens":1}}}

            event: message_delta
            data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":2}}

            event: message_stop
            data: {"type":"message_stop"}

            """
        _ = translator.feed(ByteBuffer(string: start), into: &out)
        guard case .complete = translator.end(into: &out) else { return _ = Issue.record("cut") }
        #expect(String(buffer: out).hasSuffix("event: message_stop\ndata: {\"type\":\"message_stop\"}\n\n"))
    }

    /// What a sink writes of a whole answer.
    private func whole(_ tell: (inout AnthropicWhole, inout ByteBuffer) -> Void, _ end: AnswerEnd) -> String {
        var sink = AnthropicWhole(AnswerIdentity(model: ByteBuffer(string: "m"), created: 1, responseID: 1))
        var out = ByteBuffer()
        tell(&sink, &out)
        sink.finish(end, into: &out)
        return String(buffer: out)
    }

    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }

    @Test func `a whole answer has its blocks in order, thinking with its seal`() {
        var usage = Usage(promptTokens: 10, completionTokens: 3)
        usage.cachedTokens = 4
        usage.cacheWriteTokens = 1
        let text = whole(
            { sink, out in
                sink.reasoning(Self.bytes("a"), into: &out)
                sink.reasoning(Self.bytes("b"), into: &out)
                sink.signature(Self.bytes("S"), into: &out)
                sink.redactedThinking(Self.bytes("R"), into: &out)
                sink.content(Self.bytes("x"), logprobs: nil, into: &out)
                sink.content(Self.bytes("y"), logprobs: nil, into: &out)
            }, AnswerEnd(reason: .stopSequence, stopSequence: Self.bytes("END"), usage: usage))
        #expect(
            text
                == #"{"id":"msg_0000000000000001","type":"message","role":"assistant","model":"m","content":[{"type":"thinking","thinking":"ab","signature":"S"},{"type":"redacted_thinking","data":"R"},{"type":"text","text":"xy"}],"stop_reason":"stop_sequence","stop_sequence":"END","usage":{"input_tokens":5,"cache_creation_input_tokens":1,"cache_read_input_tokens":4,"output_tokens":3}}"#
        )
    }

    @Test func `a whole call has an object, and one that was cut off is left out`() {
        let text = whole(
            { sink, out in
                sink.beginToolCall(id: Self.bytes("i"), name: Self.bytes("f"), into: &out)
                sink.toolCallArguments(Self.bytes(#"{\"a\":"#), into: &out)
                sink.toolCallArguments(Self.bytes("1}"), into: &out)
                sink.endToolCall(into: &out)
                sink.beginToolCall(id: Self.bytes("j"), name: Self.bytes("g"), into: &out)
                sink.endToolCall(into: &out)
                sink.beginToolCall(id: Self.bytes("k"), name: Self.bytes("h"), into: &out)
                sink.toolCallArguments(Self.bytes(#"{\"a\":"#), into: &out)
                sink.endToolCall(into: &out)
            }, AnswerEnd(reason: .length, usage: Usage()))
        #expect(
            text.contains(
                #""content":[{"type":"tool_use","id":"i","name":"f","input":{"a":1}},{"type":"tool_use","id":"j","name":"g","input":{}}],"stop_reason":"max_tokens""#
            ))
    }
}
