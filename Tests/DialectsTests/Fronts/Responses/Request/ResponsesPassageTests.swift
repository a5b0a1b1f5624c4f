import Foundation
import NIOCore
import Testing

@testable import Dialects

/// What of a body of `/v1/responses` reaches each kind of upstream that has no such route, and as what.
@Suite struct ResponsesPassageTests {
    private static func target(_ provider: String, tag: String, drops: Bool = false) throws -> UpstreamTarget {
        UpstreamTarget(
            UpstreamPlace(
                provider: try #require(Providers.named(provider)), tag: tag, pathPrefix: "", hostHeader: "h",
                isLocal: false),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: drops, userAgent: "drover/0.1.0")
    }

    private func sent(
        _ body: String, to provider: String, tag: String = "m", drops: Bool = false
    ) throws -> String {
        try OpenAISent(body, .openAIResponses, to: Self.target(provider, tag: tag, drops: drops)).body
    }

    private func fault(_ body: String, to provider: String = "ollama", drops: Bool = false) throws -> RequestFault? {
        do {
            _ = try sent(body, to: provider, drops: drops)
            return nil
        } catch let fault as RequestFault {
            return fault
        }
    }

    private static let all = #"""
        {"model":"m","instructions":"S1","input":[{"role":"developer","content":"S2"},{"role":"user","content":[{"type":"input_text","text":"look"},{"type":"input_image","detail":"auto","image_url":"data:image/png;base64,iVBORw0KGgoAAAAN"}]},{"type":"reasoning","id":"rs_1","summary":[{"type":"summary_text","text":"T"}]},{"type":"message","id":"msg_1","status":"completed","role":"assistant","content":[{"type":"output_text","text":"W","annotations":[]}]},{"type":"function_call","id":"fc_1","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call","call_id":"c2","name":"g","arguments":""},{"type":"function_call_output","call_id":"c1","output":"r"},{"type":"function_call_output","call_id":"c2","output":[{"type":"input_text","text":"s"}]},{"role":"user","content":"go on"}],"tools":[{"type":"function","name":"f","description":"D","parameters":{"type":"object","properties":{"a":{}}},"strict":true}],"tool_choice":"auto","parallel_tool_calls":false,"max_output_tokens":77,"temperature":0.5,"top_p":0.9,"reasoning":{"effort":"low","summary":"auto"},"text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"},"strict":true},"verbosity":"low"},"stream":true,"stream_options":{"include_obfuscation":false},"store":true,"include":["reasoning.encrypted_content"],"truncation":"auto","metadata":{"a":"b"},"user":"u","prompt_cache_key":"k","previous_response_id":null}
        """#

    @Test func `a box gets all in Ollama's words, and nothing of the route's own members`() throws {
        #expect(
            try sent(Self.all, to: "ollama")
                == #"{"model":"m","messages":[{"role":"system","content":"S1"},{"role":"system","content":"S2"},{"role":"user","content":"look","images":["iVBORw0KGgoAAAAN"]},{"role":"assistant","content":"W","thinking":"T","tool_calls":[{"id":"c1","function":{"name":"f","arguments":{"a":1}}},{"id":"c2","function":{"name":"g","arguments":{}}}]},{"role":"tool","content":"r","tool_call_id":"c1","tool_name":"f"},{"role":"tool","content":"s","tool_call_id":"c2","tool_name":"g"},{"role":"user","content":"go on"}],"stream":true,"tools":[{"type":"function","function":{"name":"f","description":"D","parameters":{"type":"object","properties":{"a":{}}},"strict":true}}],"format":{"type":"object"},"think":true,"options":{"temperature":0.5,"top_p":0.9,"num_predict":77}}"#
        )
    }

    @Test func `a server gets all as a chat`() throws {
        let sent = try OpenAISent(Self.all, .openAIResponses, to: Self.target("hosted_vllm", tag: "m"))
        #expect(sent.path.hasSuffix("/chat/completions"))
        #expect(
            sent.body
                == #"{"model":"m","messages":[{"role":"system","content":"S1"},{"role":"system","content":"S2"},{"role":"user","content":[{"type":"text","text":"look"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgoAAAAN"}}]},{"role":"assistant","content":"W","reasoning_content":"T","tool_calls":[{"id":"c1","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"c2","type":"function","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","content":"r","tool_call_id":"c1"},{"role":"tool","content":"s","tool_call_id":"c2"},{"role":"user","content":"go on"}],"tools":[{"type":"function","function":{"name":"f","description":"D","parameters":{"type":"object","properties":{"a":{}}},"strict":true}}],"parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"},"strict":true}},"reasoning_effort":"low","max_tokens":77,"temperature":0.5,"top_p":0.9,"stream":true,"stream_options":{"include_usage":true}}"#
        )
    }

    @Test func `the clouds get the conversation, the tools and the limit`() throws {
        let plain = #"""
            {"model":"m","instructions":"S1","input":[{"role":"user","content":"hi"},{"type":"function_call","call_id":"c1","name":"f","arguments":"{\"a\":1}"},{"type":"function_call_output","call_id":"c1","output":"r"}],"tools":[{"type":"function","name":"f","parameters":{"type":"object","properties":{"a":{"type":"string"}}}}],"max_output_tokens":77}
            """#
        for (provider, tag) in [
            ("anthropic", "claude-sonnet-4-5"), ("gemini", "gemini-2.5-flash"), ("bedrock", BedrockFixture.claude),
        ] {
            let body = try sent(plain, to: provider, tag: tag)
            for word in ["S1", "hi", "\"f\"", "77", "\"r\""] { #expect(body.contains(word), "\(provider): \(body)") }
            #expect(!body.contains("instructions") && !body.contains("max_output_tokens"), "\(body)")
        }
    }

    @Test func `a string is one message of the user's`() throws {
        #expect(
            try sent(#"{"model":"m","input":"Hi"}"#, to: "ollama")
                == #"{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false}"#)
    }

    @Test func `a seal goes back to its provider where this gateway has given it`() throws {
        func body(_ id: String) -> String {
            #"{"model":"m","input":[{"role":"user","content":"q"},{"type":"reasoning","id":"\#(id)","summary":[{"type":"summary_text","text":"T"}],"encrypted_content":"S"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":"r"}],"tools":[{"type":"function","name":"f"}],"reasoning":{"effort":"low"},"max_output_tokens":9000}"#
        }
        let own = try sent(body("rs_00000000000000a1_0"), to: "anthropic", tag: "claude-sonnet-4-5")
        #expect(own.contains(#"{"type":"thinking","thinking":"T","signature":"S"}"#), "\(own)")
        let kept = try sent(body("rs_redacted_00000000000000a1_0"), to: "anthropic", tag: "claude-sonnet-4-5")
        #expect(kept.contains(#"{"type":"redacted_thinking","data":"S"}"#), "\(kept)")
        let foreign = try sent(
            body("rs_68a1b2c3d4e5f60718293a4b5c6d7e8f9"), to: "anthropic", tag: "claude-sonnet-4-5")
        #expect(!foreign.contains("signature"), "\(foreign)")
    }

    @Test func `words that come behind a call stand before it, so that its result follows`() throws {
        let body =
            #"{"model":"m","input":[{"role":"user","content":"q"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"role":"assistant","content":"W"},{"type":"web_search_call","id":"ws_1"},{"type":"function_call_output","call_id":"c","output":"r"}]}"#
        let sent = try sent(body, to: "hosted_vllm")
        #expect(sent.contains(#"{"role":"assistant","content":"W","tool_calls":[{"id":"c","#), "\(sent)")
        #expect(sent.components(separatedBy: #""role":"assistant""#).count == 2, "\(sent)")
    }

    @Test func `a file that is a data URI goes to servers as it stands`() throws {
        let sent = try sent(
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_file","filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}]}]}"#,
            to: "hosted_vllm")
        #expect(
            sent.contains(
                #"{"type":"file","file":{"filename":"a.pdf","file_data":"data:application/pdf;base64,JVBERi0="}}"#),
            "\(sent)")
    }

    @Test func `a sound goes to servers as a chat has it, with its format`() throws {
        let sound = #"{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}}"#
        func body(_ part: String) -> String { #"{"model":"m","input":[{"role":"user","content":[\#(part)]}]}"# }
        let sent = try sent(body(sound), to: "hosted_vllm")
        #expect(sent.contains(#""content":[\#(sound)]"#), "\(sent)")
        let odd = #"{"type":"input_audio","input_audio":{"data":"AAAA"}}"#
        #expect(try fault(body(odd), to: "hosted_vllm")?.param == "input[0].content[0].type")
    }

    private static let user = #""input":[{"role":"user","content":"q"}]"#

    @Test(arguments: [
        (#"{"model":"m","input":"x","previous_response_id":"resp_1"}"#, "previous_response_id"),
        (#"{"model":"m","input":"x","conversation":"conv_1"}"#, "conversation"),
        (#"{"model":"m","input":"x","prompt":{"id":"p"}}"#, "prompt"),
        (#"{"model":"m","input":[]}"#, "input"), (#"{"model":"m","input":[1]}"#, "input[0]"),
        (#"{"model":"m","input":[{"role":"nobody","content":"x"}]}"#, "input[0].role"),
        (#"{"model":"m","input":[{"content":"x"}]}"#, "input[0].role"),
        (#"{"model":"m","input":[{"role":"user"}]}"#, "input[0].content"),
        (#"{"model":"m","input":[{"role":"user","content":3}]}"#, "input[0].content"),
        (#"{"model":"m","input":[{"role":"user","content":[{"type":"x"}]}]}"#, "input[0].content[0].type"),
        (#"{"model":"m","input":[{"role":"user","content":[{"type":"input_text"}]}]}"#, "input[0].content[0].text"),
        (
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_image","file_id":"f"}]}]}"#,
            "input[0].content[0].image_url"
        ),
        (
            #"{"model":"m","input":[{"role":"user","content":[{"type":"input_image","image_url":"https://h/a.png"}]}]}"#,
            "input[0].content[0].image_url"
        ),
        (#"{"model":"m","input":[{"type":"item_reference","id":"x"}]}"#, "input[0].id"),
        (#"{"model":"m","input":[{"type":"computer_call_output","call_id":"x"}]}"#, "input[0].type"),
        (#"{"model":"m","input":[{"type":"function_call","call_id":"c","arguments":"{}"}]}"#, "input[0].name"),
        (#"{"model":"m","input":[{"type":"function_call","name":"f","arguments":"{}"}]}"#, "input[0].call_id"),
        (
            #"{"model":"m","input":[{"type":"function_call","call_id":"c","name":"f","arguments":"{"}]}"#,
            "input[0].arguments"
        ),
        (#"{"model":"m","input":[{"type":"function_call_output","output":"r"}]}"#, "input[0].call_id"),
        (#"{"model":"m","input":[{"type":"function_call_output","call_id":"c"}]}"#, "input[0].output"),
        (
            #"{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"type":"x"}]}]}"#,
            "input[0].output[0].type"
        ),
        (#"{"model":"m","instructions":[],\#(user)}"#, "instructions"),
        (#"{"model":"m","max_output_tokens":0,\#(user)}"#, "max_output_tokens"),
        (#"{"model":"m","max_output_tokens":"9",\#(user)}"#, "max_output_tokens"),
        (#"{"model":"m","text":{"format":{"type":"x"}},\#(user)}"#, "text.format.type"),
        (#"{"model":"m","text":{"format":{"type":"json_schema","name":"n"}},\#(user)}"#, "text.format.schema"),
        (#"{"model":"m","tools":[{"type":"function"}],\#(user)}"#, "tools[0].name"),
        (#"{"model":"m","tools":[{"type":"function","function":{"name":"f"}}],\#(user)}"#, "tools[0].name"),
        (#"{"model":"m","reasoning":{"effort":"x"},\#(user)}"#, "reasoning.effort"),
    ])
    func `what no other upstream has is refused by its place, dropped or not`(_ body: String, _ param: String) throws {
        for drops in [false, true] {
            let found = try fault(body, drops: drops)
            #expect(found?.param == param, "\(String(describing: found))")
            #expect(found?.message.contains("`\(param)`") ?? false)
        }
    }

    @Test(arguments: [
        (#"{"model":"m","tools":[{"type":"function","name":"f"},{"type":"web_search"}],\#(user)}"#, "tools[1].type"),
        (#"{"model":"m","tools":[{"type":"custom","name":"p"}],\#(user)}"#, "tools[0].type"),
        (#"{"model":"m","tool_choice":{"type":"mcp","server_label":"s"},\#(user)}"#, "tool_choice.type"),
        (#"{"model":"m","background":true,\#(user)}"#, "background"),
    ])
    func `what can go is refused, or left out with drop_params`(_ body: String, _ param: String) throws {
        for provider in ["ollama", "hosted_vllm", "mistral"] {
            #expect(try fault(body, to: provider)?.param == param)
            let sent = try sent(body, to: provider, drops: true)
            for word in ["web_search", "custom", "mcp", "background"] { #expect(!sent.contains(word), "\(sent)") }
        }
    }

    @Test func `a fault of a back is told by the client's own names`() throws {
        let chosen =
            #"{"model":"m","tools":[{"type":"function","name":"f"}],"tool_choice":{"type":"function","name":"g"},\#(Self.user)}"#
        #expect(try fault(chosen)?.param == "tool_choice.name")
        #expect(
            try fault(#"{"model":"m","input":[{"role":"system","content":"x"}]}"#, to: "anthropic")?.param == "input")
        let probable = #"{"model":"m","include":["message.output_text.logprobs"],\#(Self.user)}"#
        #expect(try fault(probable, to: "anthropic")?.param == "include")
    }

    @Test(arguments: [
        #""include":["message.output_text.logprobs"]"#, #""top_logprobs":2"#,
        #""top_logprobs":2,"include":["message.output_text.logprobs"]"#,
    ])
    func `log probabilities are asked for in the words of chats`(_ members: String) throws {
        let body = #"{"model":"m",\#(members),\#(Self.user)}"#
        for provider in ["ollama", "hosted_vllm"] {
            let sent = try sent(body, to: provider)
            #expect(sent.contains(#""logprobs":true"#) && !sent.contains("include\""), "\(sent)")
            #expect(sent.contains(#""top_logprobs":2"#) == members.contains("top_logprobs"))
        }
        #expect(try sent(body, to: "openai", tag: "gpt-4o").contains(members))
    }

    @Test func `a prompt is measured by its words, without pictures`() throws {
        let picture = String(repeating: "A", count: 40_000)
        let request = try Fixture.scan(
            #"{"model":"m","instructions":"12345678","input":[{"role":"user","content":[{"type":"input_text","text":"12345678"},{"type":"input_image","image_url":"data:image/png;base64,\#(picture)"}]},{"type":"function_call_output","call_id":"c","output":"12345678"}]}"#,
            .openAIResponses)
        #expect(request.promptTokenEstimate == 6)
        #expect(try Fixture.scan(#"{"model":"m","input":"12345678"}"#, .openAIResponses).promptTokenEstimate == 2)
    }

    @Test(arguments: [
        #"{"type":"function_call","call_id":"c","name":"f","arguments":{"id":"§"}}"#,
        #"{"type":"function_call","call_id":"c","name":"f","\u0061rguments":{"a":{"image_url":"§"}}}"#,
        #"{"type":"function_call_output","call_id":"c","output":{"id":"§"}}"#,
        #"{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"","id":"§"}]}"#,
    ])
    func `what a call is given and gives back counts whole, whatever its members are called`(_ item: String) throws {
        let whole = item.replacing("§", with: String(repeating: "A", count: 40_000))
        let request = try Fixture.scan(#"{"model":"m","input":[\#(whole)]}"#, .openAIResponses)
        #expect(request.promptTokenEstimate >= 10_000 && request.promptTokenEstimate < 10_100)
    }

    @Test func `a picture that a tool gives back is no text`() throws {
        let picture = String(repeating: "A", count: 40_000)
        let request = try Fixture.scan(
            #"{"model":"m","input":[{"type":"function_call_output","call_id":"c","output":[{"type":"input_image","image_url":"data:image/png;base64,\#(picture)"}]}]}"#,
            .openAIResponses)
        #expect(request.promptTokenEstimate < 100)
    }

    @Test(arguments: [
        #""max_completion_tokens":1,"max_output_tokens":90"#, #""max_output_tokens":90,"max_completion_tokens":1"#,
        #""max_tokens":1,"max_completion_tokens":-1,"max_output_tokens":90"#,
    ])
    func `the limit in the words of this route is the one that counts, and the one that is sent`(
        _ members: String
    ) throws {
        let body = #"{"model":"m","input":"x",\#(members)}"#
        let request = try Fixture.scan(body, .openAIResponses)
        #expect(request.maxTokens == 90 && !request.asksNoLimit)
        for provider in ["ollama", "hosted_vllm"] {
            let sent = try sent(body, to: provider)
            #expect(sent.contains("90") && !sent.contains("max_completion_tokens"), "\(sent)")
        }
        let limited = try request.limitingAnswer(to: 7)
        let text = String(buffer: limited.body)
        #expect(limited.maxTokens == 7 && text.components(separatedBy: "_tokens").count == 2, "\(text)")
    }
}
