import Foundation
import NIOCore
import Testing

@testable import Dialects

/// What of a body of `/v1/messages` reaches each kind of upstream, and as what.
@Suite struct AnthropicPassageTests {
    /// The body that is sent, and the first line of its head.
    private func sent(
        _ body: String, to provider: String, tag: String = "m", defaults: [String: JSONText] = [:], joins: Bool = false
    ) throws -> String {
        let request = try Fixture.scan(body, .anthropicMessages).joiningStream(joins)
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: defaults, dropParams: false, userAgent: "drover/0.1.0")
        var out = ByteBuffer()
        try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 0, into: &out)
        let text = String(buffer: out)
        let end = try #require(text.range(of: "\r\n\r\n"))
        let length = text[..<end.lowerBound].split(separator: "content-length:").last
            .map { $0.prefix { $0 != "\r" }.filter { $0 != " " } }
        let body = String(text[end.upperBound...])
        #expect(length.flatMap { Int($0) } == body.utf8.count)
        #expect(JSONText(body) != nil, "\(body)")
        return body
    }

    private static let all = #"""
        {"model":"m","max_tokens":77,"system":[{"type":"text","text":"S1","cache_control":{"type":"ephemeral"}},{"type":"text","text":"S2"}],"messages":[{"role":"user","content":[{"type":"text","text":"look"},{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAAN"}}]},{"role":"assistant","content":[{"type":"thinking","thinking":"T","signature":""},{"type":"text","text":"W"},{"type":"tool_use","id":"toolu_1","name":"f","input":{"a":1}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"toolu_1","content":[{"type":"text","text":"r"}]},{"type":"text","text":"go on"}]}],"tools":[{"name":"f","description":"D","input_schema":{"type":"object","properties":{"a":{}}},"cache_control":{"type":"ephemeral"}}],"tool_choice":{"type":"any","disable_parallel_tool_use":true},"stop_sequences":["X"],"temperature":0.5,"top_k":5,"metadata":{"user_id":"u"},"stream":true,"context_management":{}}
        """#

    @Test func `a box gets all in Ollama's words`() throws {
        let body = try sent(Self.all, to: "ollama")
        #expect(
            body
                == #"{"model":"m","messages":[{"role":"system","content":"S1\nS2"},{"role":"user","content":"look","images":["iVBORw0KGgoAAAAN"]},{"role":"assistant","content":"W","thinking":"T","tool_calls":[{"id":"toolu_1","function":{"name":"f","arguments":{"a":1}}}]},{"role":"tool","content":"r","tool_call_id":"toolu_1","tool_name":"f"},{"role":"user","content":"go on"}],"stream":true,"tools":[{"type":"function","function":{"name":"f","description":"D","parameters":{"type":"object","properties":{"a":{}}}}}],"format":{"type":"object","properties":{"a":{}}},"options":{"temperature":0.5,"num_predict":77,"stop":["X"],"top_k":5}}"#
        )
    }

    @Test func `a server gets all in OpenAI's words, texts as strings`() throws {
        let body = try sent(Self.all, to: "hosted_vllm")
        #expect(
            body
                == #"{"model":"m","messages":[{"role":"system","content":"S1\nS2"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"}}]},{"role":"assistant","content":"W","reasoning_content":"T","tool_calls":[{"id":"toolu_1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}}]},{"role":"tool","content":"r","tool_call_id":"toolu_1"},{"role":"user","content":"go on"}],"tools":[{"type":"function","function":{"name":"f","description":"D","parameters":{"type":"object","properties":{"a":{}}}}}],"tool_choice":"required","parallel_tool_calls":false,"max_tokens":77,"temperature":0.5,"stop":["X"],"top_k":5,"stream":true,"stream_options":{"include_usage":true}}"#
        )
    }

    @Test func `Anthropic gets the bytes as they are, but for the model's name`() throws {
        let body = try sent(Self.all, to: "anthropic", tag: "claude-sonnet-4-5")
        #expect(body == Self.all.replacing(#""model":"m""#, with: #""model":"claude-sonnet-4-5""#))
        let spelled = #"{"max_tokens":1,"messages":[{"role":"user","content":"x"}],"mod\u0065l":"m","new":null}"#
        #expect(
            try sent(spelled, to: "anthropic", tag: "c")
                == #"{"model":"c","max_tokens":1,"messages":[{"role":"user","content":"x"}]}"#)
    }

    @Test(arguments: [(5_000, 4_999), (1_024, nil), (40_000, 31_999)])
    func `a budget for thinking stays below a limit that is lowered, or goes`(tokens: Int, budget: Int?) throws {
        let request = try Fixture.scan(
            #"{"model":"m","max_tokens":32000,"thinking":{"type":"enabled","budget_tokens":31999},"#
                + #""messages":[{"role":"user","content":"x"}]}"#, .anthropicMessages)
        let limited = try request.limitingAnswer(to: tokens)
        let body = String(buffer: limited.body)
        #expect(limited.maxTokens == tokens && JSONText(body) != nil)
        #expect(body.contains(#""budget_tokens""#) == (budget != nil), "\(body)")
        if let budget { #expect(body.contains(#""budget_tokens":\#(budget)"#), "\(body)") }
    }

    @Test func `a choice of a tool that stays is kept beside those of Anthropic's own that go`() throws {
        func choice(_ name: String) throws -> String {
            try sent(
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"#
                    + #""tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"f","input_schema":{}}],"#
                    + #""tool_choice":{"type":"tool","name":"\#(name)"}}"#, to: "hosted_vllm")
        }
        #expect(try choice("f").contains(#""tool_choice":{"type":"function","function":{"name":"f"}}"#))
        #expect(try !choice("web_search").contains("tool_choice"))
    }

    @Test(arguments: ["ollama", "gemini"]) func `a choice of a tool that is not there is told in Anthropic's words`(
        provider: String
    ) throws {
        do {
            let sent = try sent(
                #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"}],"#
                    + #""tools":[{"name":"f","input_schema":{}}],"tool_choice":{"type":"tool","name":"g"}}"#,
                to: provider)
            Issue.record("sent: \(sent)")
        } catch let fault as RequestFault {
            #expect(fault.param == "tool_choice.name" && fault.message.contains("`tool_choice.name`"))
        }
    }

    @Test func `what has been thought and nothing else is an empty text in OpenAI's words`() throws {
        let body = try sent(
            #"{"model":"m","max_tokens":9,"messages":[{"role":"user","content":"x"},"#
                + #"{"role":"assistant","content":[{"type":"redacted_thinking","data":"d"}]},{"role":"user","content":"y"}]}"#,
            to: "hosted_vllm")
        #expect(body.contains(#"{"role":"assistant","content":""}"#), "\(body)")
    }

    @Test func `a deployment's parameters stand behind what the client says`() throws {
        let plain = #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}]"#
        let defaults: [String: JSONText] = [
            "temperature": JSONText("0.2")!, "top_k": .integer(3), "num_ctx": .integer(9), "max_tokens": .integer(5),
        ]
        let own = plain.replacing(#""m""#, with: #""c""#)
        #expect(
            try sent(plain + "}", to: "anthropic", tag: "c", defaults: defaults)
                == own + #","temperature":0.2,"top_k":3}"#)
        #expect(
            try sent(plain + #","temperature":1}"#, to: "anthropic", tag: "c", defaults: defaults)
                == own + #","temperature":1,"top_k":3}"#)
    }

    @Test(arguments: [#","stream":false}"#, "}"])
    func `where an answer is joined its stream is asked for`(_ end: String) throws {
        let body = #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}]"#
        let expected = #"{"model":"c","max_tokens":1,"messages":[{"role":"user","content":"x"}],"stream":true}"#
        #expect(try sent(body + end, to: "anthropic", tag: "c", joins: true) == expected)
    }

    @Test func `Gemini and Bedrock get it in theirs`() throws {
        let gemini = try sent(Self.all, to: "gemini", tag: "gemini-2.5-flash")
        for piece in [
            #""systemInstruction":{"parts":[{"text":"S1"},{"text":"S2"}]}"#, #""inlineData":{"mimeType":"image/png""#,
            #""functionCall":{"name":"f","args":{"a":1}"#, #""functionResponse""#, #""maxOutputTokens":77"#,
            #""topK":5"#,
            #""mode":"ANY""#,
        ] { #expect(gemini.contains(piece), "\(piece) in \(gemini)") }
        let bedrock = try sent(Self.all, to: "bedrock", tag: BedrockFixture.claude)
        for piece in [
            #""system":[{"text":"S1"},{"cachePoint":{"type":"default"}},{"text":"S2"}]"#, #""toolUseId":"toolu_1""#,
            #""toolResult""#, #""maxTokens":77"#, #""disable_parallel_tool_use":true"#,
        ] { #expect(bedrock.contains(piece), "\(piece) in \(bedrock)") }
    }

    @Test func `pictures of a tool go to OpenAI in a user's message behind the results`() throws {
        let body = #"""
            {"model":"m","max_tokens":1,"messages":[{"role":"assistant","content":[{"type":"tool_use","id":"a","name":"f","input":{}},{"type":"tool_use","id":"b","name":"f","input":{}}]},{"role":"user","content":[{"type":"tool_result","tool_use_id":"a","content":[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"iVBORw0KGgoAAAAN"}}]},{"type":"tool_result","tool_use_id":"b"}]}]}
            """#
        #expect(
            try sent(body, to: "hosted_vllm").hasPrefix(
                #"{"model":"m","messages":[{"role":"assistant","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"","tool_call_id":"a"},{"role":"tool","content":"","tool_call_id":"b"},{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"}}]}]"#
            ))
    }

    @Test(arguments: [
        (#""thinking":{"type":"enabled","budget_tokens":2048}"#, #""think":true"#),
        (#""thinking":{"type":"disabled"}"#, #""think":false"#),
        (
            #""output_config":{"format":{"type":"json_schema","schema":{"type":"object"}}}"#,
            #""format":{"type":"object"}"#
        ),
        (#""tool_choice":{"type":"none"},"tools":[{"name":"f"}]"#, #""stream":false}"#.dropLast().description),
        (
            #""tool_choice":{"type":"tool","name":"g"},"tools":[{"name":"f"},{"name":"g"}]"#,
            #""tools":[{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}}]"#
        ),
        (
            #""tools":[{"type":"web_search_20250305","name":"web_search"},{"name":"g"}],"tool_choice":{"type":"auto"}"#,
            #""tools":[{"type":"function","function":{"name":"g","parameters":{"type":"object","properties":{}}}}]"#
        ),
    ])
    func `what a client wishes reaches a box in its words`(wish: String, expected: String) throws {
        let body = try sent(
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":"x"}],\#(wish)}"#, to: "ollama")
        #expect(body.contains(expected), "\(body)")
    }

    @Test func `a document is text where it is text, and refused in the client's words where a box cannot read it`()
        throws
    {
        func body(_ source: String) -> String {
            #"{"model":"m","max_tokens":1,"messages":[{"role":"user","content":[{"type":"document","source":\#(source)}]}]}"#
        }
        #expect(
            try sent(body(#"{"type":"text","media_type":"text/plain","data":"D"}"#), to: "ollama").contains(
                #""content":"D""#))
        let pdf = body(#"{"type":"base64","media_type":"application/pdf","data":"JVBERi0="}"#)
        #expect(throws: RequestFault.self) { try sent(pdf, to: "ollama") }
        do {
            _ = try sent(pdf, to: "ollama")
        } catch let fault as RequestFault {
            #expect(fault.param == "messages.0.content.0.type" && fault.message.contains("document"))
        }
        #expect(
            try sent(pdf, to: "openai", tag: "gpt-4o").contains(
                #"{"type":"file","file":{"filename":"document","file_data":"data:application/pdf;base64,JVBERi0="}}"#))
        #expect(try sent(pdf, to: "gemini", tag: "gemini-2.5-flash").contains(#""mimeType":"application/pdf""#))
        #expect(try sent(pdf, to: "bedrock", tag: BedrockFixture.claude).contains(#""format":"pdf""#))
    }
}
