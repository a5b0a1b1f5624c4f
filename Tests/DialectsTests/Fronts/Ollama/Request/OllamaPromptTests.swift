import Foundation
import NIOCore
import Testing

@testable import Dialects

/// Requests of Ollama's API as they reach backs of every other dialect.
@Suite struct OllamaPromptTests {
    private static let png = "iVBORw0KGgoAAAAN"
    private static let all =
        #"{"model":"llama3:latest","messages":[{"role":"System","content":"Be brief"},{"role":"user","content":"What \"is\" it?","images":["iVBORw0KGgoAAAAN"]},{"role":"assistant","content":"","thinking":"Hm","tool_calls":[{"function":{"name":"look","arguments":{"at":"it\n"}}}]},{"role":"tool","content":"a cat","tool_name":"look"}],"tools":[{"Function":{"name":"look","description":"d","parameters":{"type":"object","properties":{"at":{"type":"string"}}}}}],"keep_alive":"5m","truncate":false,"stream":false,"options":{"num_ctx":4096,"num_predict":50,"temperature":0.5,"top_k":20,"min_p":0.1,"repeat_penalty":1.1,"mirostat":2,"stop":["X"],"seed":-1}}"#

    private func fault(_ body: String, to target: UpstreamTarget) -> RequestFault? {
        do {
            _ = try Sent(body, .ollamaChat, to: target)
            return nil
        } catch { return error as? RequestFault }
    }

    private func body(_ body: String, to target: UpstreamTarget) throws -> String {
        try canonical(Sent(body, .ollamaChat, to: target).body)
    }

    private func message(_ message: String) -> String { #"{"model":"m","messages":[\#(message)]}"# }

    private static let call = #"{"function":{"name":"look","arguments":{}}}"#

    @Test func `a compatible server gets all of it in OpenAI's words`() throws {
        #expect(
            try body(Self.all, to: OpenAIFixture.target("hosted_vllm", tag: "qwen"))
                == #"{"max_tokens":50,"messages":[{"content":"Be brief","role":"system"},{"content":[{"text":"What \"is\" it?","type":"text"},{"image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"},"type":"image_url"}],"role":"user"},{"reasoning_content":"Hm","role":"assistant","tool_calls":[{"function":{"arguments":"{\"at\":\"it\\n\"}","name":"look"},"id":"call_2_0","type":"function"}]},{"content":"a cat","role":"tool","tool_call_id":"call_2_0"}],"min_p":0.1,"model":"qwen","repetition_penalty":1.1,"stop":["X"],"temperature":0.5,"tools":[{"function":{"description":"d","name":"look","parameters":{"properties":{"at":{"type":"string"}},"type":"object"}},"type":"function"}],"top_k":20}"#
        )
    }

    @Test func `OpenAI itself gets nothing that it would refuse`() throws {
        let sent = try body(Self.all, to: OpenAIFixture.target())
        for name in [
            "top_k", "min_p", "repetition_penalty", "repeat_penalty", "mirostat", "num_ctx", "keep_alive", "seed",
        ] {
            #expect(!sent.contains("\"\(name)\""), "\(sent)")
        }
        #expect(sent.contains(#""temperature":0.5"#))
    }

    @Test func `Anthropic gets blocks`() throws {
        let sent = try AnthropicSent(Self.all, .ollamaChat)
        #expect(try sent.member("max_tokens") == "50")
        #expect(try sent.member("top_k") == "20")
        #expect(try sent.member("stop_sequences") == #"["X"]"#)
        let messages = try #require(try sent.member("messages"))
        #expect(messages.contains(#"{"data":"iVBORw0KGgoAAAAN","media_type":"image/png","type":"base64"}"#))
        #expect(messages.contains(#"{"id":"call_2_0","input":{"at":"it\n"},"name":"look","type":"tool_use"}"#))
        #expect(messages.contains(#""tool_use_id":"call_2_0""#))
        #expect(try sent.member("tools")?.contains(#""name":"look""#) == true)
    }

    @Test func `Gemini gets parts`() throws {
        let sent = try body(Self.all, to: GeminiFixture.target())
        #expect(sent.contains(#""maxOutputTokens":50"#))
        #expect(sent.contains(#""topK":20"#))
        #expect(sent.contains(#""functionCall":{"args":{"at":"it\n"},"name":"look"}"#), "\(sent)")
        #expect(sent.contains(#""functionResponse":{"name":"look""#), "\(sent)")
        #expect(sent.contains(Self.png))
        #expect(!sent.contains("mirostat"))
    }

    @Test func `Bedrock gets the blocks of Converse`() throws {
        let sent = try canonical(SentToBedrock(Self.all, .ollamaChat).body)
        #expect(sent.contains(#""maxTokens":50"#))
        #expect(sent.contains(#""stopSequences":["X"]"#))
        #expect(sent.contains(#""toolUse":{"input":{"at":"it\n"},"name":"look","toolUseId":"call_2_0"}"#), "\(sent)")
        #expect(sent.contains(#""toolUseId":"call_2_0""#))
        #expect(!sent.contains("num_ctx"))
    }

    @Test(arguments: [
        ("/9j/4AAQSkZJRg==", "jpeg"), (#"\/9j\/4AAQ"#, "jpeg"), (#"\u002f9j/4AAQ"#, "jpeg"), ("R0lGODlhAQAB", "gif"),
        ("UklGRiQAAABXRUJQVlA4", "webp"), ("iVBORw0KGgoAAAAN", "png"),
    ])
    func `a picture's type is told by how it begins`(_ base64: String, _ type: String) throws {
        let sent = try body(
            message(#"{"role":"user","content":"","images":["\#(base64)"]}"#), to: OpenAIFixture.target())
        let plain = base64.replacing("\\u002f", with: "/").replacing("\\/", with: "/")
        #expect(sent.contains("data:image/\(type);base64,\(plain)"), "\(sent)")
    }

    @Test(arguments: ["", "AAAA", "UklGRiQAAABXQVZFZm10", "data:image/png;base64,iVBORw0KGgo", "iVBO"])
    func `a picture of no known type is a fault that names it`(_ base64: String) {
        let body = message(#"{"role":"user","content":"x","images":["iVBORw0KGgoAAAAN","\#(base64)"]}"#)
        #expect(fault(body, to: OpenAIFixture.target())?.param == "messages[0].images[1]")
        // A box knows more than clouds do.
        #expect(fault(body, to: Fixture.target()) == nil)
    }

    @Test func `a result belongs to its id, its function's oldest call, or the oldest call`() throws {
        func ids(_ results: String) throws -> [String] {
            let calls =
                #"{"role":"assistant","tool_calls":[{"id":"own","function":{"name":"a","arguments":{}}},{"function":{"name":"b"}},{"function":{"name":"a"}}]}"#
            let sent = try body(message(calls + "," + results), to: OpenAIFixture.target())
            return sent.components(separatedBy: #""tool_call_id":""#).dropFirst().map {
                String($0.prefix { $0 != "\"" })
            }
        }
        func result(_ rest: String) -> String { #"{"role":"tool","content":"r"\#(rest)}"# }
        #expect(
            try ids([result(#","tool_name":"a""#), result(#","tool_name":"a""#), result("")].joined(separator: ","))
                == ["own", "call_0_2", "call_0_1"])
        #expect(
            try ids([result(#","tool_call_id":"call_0_2""#), result(""), result("")].joined(separator: ","))
                == ["call_0_2", "own", "call_0_1"])
        #expect(try ids(result(#","tool_name":"z""#)) == ["own"])
    }

    @Test func `a result without a call is a fault`() {
        let body = message(#"{"role":"user","content":"x"},{"role":"tool","content":"r"}"#)
        #expect(fault(body, to: OpenAIFixture.target())?.param == "messages[1]")
    }

    @Test(arguments: [
        ("true", "medium"), ("false", "none"), (#""low""#, "low"), (#""medium""#, "medium"), (#""high""#, "high"),
        (#""max""#, "max"),
    ])
    func `how much to think is an effort`(_ think: String, _ effort: String) throws {
        let sent = try body(
            #"{"model":"m","messages":[{"role":"user","content":"x"}],"think":\#(think)}"#,
            to: OpenAIFixture.target("hosted_vllm", tag: "q"))
        #expect(sent.contains(#""reasoning_effort":"\#(effort)""#))
    }

    @Test func `not to think is nothing to ask of a model that does not`() throws {
        let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"think":"#
        #expect(try !body(chat + "false}", to: OpenAIFixture.target()).contains("effort"))
        #expect(fault(chat + "true}", to: OpenAIFixture.target())?.param == "think")
        #expect(try !body(chat + "false}", to: Fixture.claude()).contains("thinking"))
    }

    @Test func `a format is a response format`() throws {
        let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}],"format":"#
        #expect(
            try body(chat + #""json"}"#, to: OpenAIFixture.target()).contains(
                #""response_format":{"type":"json_object"}"#))
        #expect(
            try body(chat + #"{"type":"object"}}"#, to: OpenAIFixture.target()).contains(
                #""response_format":{"json_schema":{"name":"answer","schema":{"type":"object"}},"type":"json_schema"}"#)
        )
        #expect(try !body(chat + #"""}"#, to: OpenAIFixture.target()).contains("response_format"))
    }

    @Test func `the stream that nobody refused is asked for`() throws {
        let chat = #"{"model":"m","messages":[{"role":"user","content":"x"}]"#
        #expect(try body(chat + "}", to: OpenAIFixture.target()).contains(#""stream":true"#))
        #expect(try !body(chat + #","stream":false}"#, to: OpenAIFixture.target()).contains("stream"))
    }

    @Test func `loading a model is nothing that a cloud does`() {
        for body in [#"{"model":"m"}"#, #"{"model":"m","messages":[],"keep_alive":0}"#] {
            #expect(fault(body, to: OpenAIFixture.target())?.message == "`messages` must not be empty")
            #expect(fault(body, to: Fixture.claude()) != nil)
            #expect(fault(body, to: Fixture.target()) == nil)
        }
    }

    @Test func `a role that no cloud knows is a fault`() {
        let body = message(#"{"role":"narrator","content":"x"}"#)
        #expect(fault(body, to: Fixture.claude())?.param == "messages[0].role")
        #expect(fault(body, to: Fixture.target()) == nil)
    }
}
