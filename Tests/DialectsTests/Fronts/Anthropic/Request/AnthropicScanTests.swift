import NIOCore
import Testing

@testable import Dialects

/// What is read of a body of `/v1/messages`, and what is refused.
@Suite struct AnthropicScanTests {
    private static func body(_ more: String = "") -> String {
        #"{"model":"m","max_tokens":7,"messages":[{"role":"user","content":"Hi"}]"# + (more.isEmpty ? "" : "," + more)
            + "}"
    }

    @Test func `reads what it needs of a request`() throws {
        let request = try Fixture.scan(
            Self.body(#""stream":true,"system":"12345678","metadata":{"user_id":"u"},"future":[1]"#),
            .anthropicMessages)
        #expect(request.model == "m" && request.stream && request.maxTokens == 7)
        #expect(request.promptTokenEstimate == 2)
        #expect(request.endUser == "u")
        #expect(request.dropParams == true)
        #expect(request.work == .chat)
    }

    @Test func `a question for the count of tokens is a message without a limit of its answer`() throws {
        let messages = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"system":"123456"}"#
        let asked = try AnthropicCountRequest(ByteBuffer(string: messages))
        #expect(asked.model == "m" && asked.estimate == 2)
        #expect(String(buffer: AnthropicCountRequest.answer(asked.estimate)) == #"{"input_tokens":2}"#)
        // As the message itself is measured, limit or not.
        let whole = Self.body(#""system":"123456789012","tools":[{"name":"f","input_schema":{"type":"object"}}]"#)
        #expect(
            try AnthropicCountRequest(ByteBuffer(string: whole)).estimate
                == Fixture.scan(whole, .anthropicMessages).promptTokenEstimate)
        #expect(throws: RequestFault.self) { try AnthropicCountRequest(ByteBuffer(string: #"{"model":"m"}"#)) }
        #expect(throws: RequestFault.self) { try AnthropicCountRequest(ByteBuffer(string: "[]")) }
    }

    @Test func `null is absent, and an empty list of stops or tools says nothing`() throws {
        let request = try Fixture.scan(
            Self.body(
                #""stream":null,"system":null,"temperature":null,"stop_sequences":[],"tools":[],"thinking":null,"metadata":{"user_id":null}"#
            ), .anthropicMessages)
        #expect(!request.stream && request.fields.present == Parameter.bits([.model, .messages, .maxTokens]))
        #expect(request.extras.isEmpty)
    }

    @Test(arguments: [
        ("", "", nil), ("[]", "", nil), (#"{"model":"m""#, "", nil),
        (#"{"max_tokens":1,"messages":[{"role":"user","content":"x"}]}"#, "", "model"),
        (#"{"model":"m","max_tokens":1}"#, "", "messages"),
        (#"{"model":"m","max_tokens":1,"messages":[]}"#, "", "messages"),
        (#"{"model":"m","messages":[{"role":"user","content":"x"}]}"#, "", "max_tokens"),
        ("+", #""max_tokens":5"#, "max_tokens"), ("+", #""max\u005ftokens":5"#, "max_tokens"),
        ("+", #""stream":1"#, "stream"), ("+", #""temperature":"hot""#, "temperature"), ("+", #""top_k":-1"#, "top_k"),
        ("+", #""stop_sequences":"x""#, "stop_sequences"), ("+", #""stop_sequences":[1]"#, "stop_sequences"),
        ("+", #""system":5"#, "system"), ("+", #""system":[{"type":"image"}]"#, "system.0.type"),
        ("+", #""tools":[{"description":"d"}]"#, "tools.0.name"), ("+", #""tool_choice":"any""#, "tool_choice"),
        ("+", #""thinking":true"#, "thinking"), ("+", #""metadata":{"user_id":5}"#, "metadata.user_id"),
        ("m", #"{"role":"tool","content":"x"}"#, "messages.1.role"), ("m", #"{"role":"user"}"#, "messages.1.content"),
        ("m", #"{"role":"user","content":[{"text":"x"}]}"#, "messages.1.content.0.type"),
        ("m", #"{"role":"user","content":[{"type":"text"}]}"#, "messages.1.content.0.text"),
        (
            "m", #"{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":"x"}]}"#,
            "messages.1.content.0.input"
        ),
        ("m", #"{"role":"user","content":[{"type":"tool_result","content":"x"}]}"#, "messages.1.content.0.tool_use_id"),
        ("m", #"{"role":"user","content":[{"type":"image"}]}"#, "messages.1.content.0.source"),
        ("m", #"{"role":"user","content":[{"type":"search_result","content":5}]}"#, "messages.1.content.0.content"),
        (
            "m", #"{"role":"user","content":[{"type":"search_result","content":[{"type":5}]}]}"#,
            "messages.1.content.0.content.0.type"
        ),
        (
            "m",
            #"{"role":"user","content":[{"type":"document","source":{"type":"content","content":{"a":"b"}}}]}"#,
            "messages.1.content.0.source.content"
        ),
    ])
    func `a fault names the field`(start: String, rest: String, param: String?) {
        let body =
            switch start {
            case "+": Self.body(rest)
            case "m": #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"},\#(rest)]}"#
            default: start
            }
        let fault = Fixture.fault(body, .anthropicMessages)
        #expect(fault != nil && fault?.param == param, "\(String(describing: fault))")
    }

    @Test func `media count for no text`() throws {
        let image = String(repeating: "A", count: 4000)
        let request = try Fixture.scan(
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"\#(image)"}},{"type":"text","text":"12345678"}]}]}"#,
            .anthropicMessages)
        #expect(request.promptTokenEstimate == 2)
    }

    @Test func `a shorter answer is asked for in the same body`() throws {
        let request = try Fixture.scan(Self.body(), .anthropicMessages).limitingAnswer(to: 3)
        #expect(request.maxTokens == 3)
        #expect(
            String(buffer: request.body) == #"{"max_tokens":3,"model":"m","messages":[{"role":"user","content":"Hi"}]}"#
        )
    }
}
