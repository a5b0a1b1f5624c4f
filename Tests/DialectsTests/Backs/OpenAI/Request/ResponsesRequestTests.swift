import Dialects
import Foundation
import Testing

@Suite struct ResponsesRequestTests {
    private static func body(
        _ text: String, to provider: String = "openai", tag: String = "gpt-4o", defaults: [String: JSONText] = [:]
    ) throws -> String {
        try OpenAISent(text, .openAIResponses, to: OpenAIFixture.target(provider, tag: tag, defaults: defaults)).body
    }

    @Test func `sends the client's body as it stands`() throws {
        let body =
            #"{"model":"gpt-4o","input":[{"role":"user","content":[{"type":"input_text","text":"a"},{"type":"input_image","image_url":"data:image/png;base64,AA"}]},{"type":"function_call_output","call_id":"c","output":"x"}],"instructions":"i","tools":[{"type":"web_search"},{"type":"function","name":"f","strict":true,"parameters":{}}],"tool_choice":"required","reasoning":{"effort":"low","summary":"auto"},"text":{"format":{"type":"text"},"verbosity":"low"},"max_output_tokens":9,"metadata":{"a":"b"},"store":false,"previous_response_id":"resp_1","include":["x"],"prompt":{"id":"p"},"truncation":"auto","user":"u","parallel_tool_calls":true}"#
        #expect(try Self.body(body) == body)
        let request = try Fixture.scan(body, .openAIResponses)
        #expect(request.maxTokens == 9)
        #expect(!request.stream)
        #expect(!request.prefixHashes(blockBytes: 16, limit: 4).isEmpty)
    }

    @Test(arguments: [
        ("§,%", "%"), ("%,§", "%"), ("%, § , %", "% , %"), ("§,§,%,§,§,%", "%,%"), ("§", ""), ("%", "%"),
    ])
    func `leaves out the thinking that the gateway has written for others' models`(
        _ items: String, _ left: String
    ) throws {
        func body(_ items: String, _ model: String, _ id: String) -> String {
            let seal = #"{"type":"reasoning","id":"\#(id)","summary":[],"encrypted_content":"S"}"#
            let own = #"{"type":"reasoning","id":"rs_68a1b2c3d4e5f60718293a4b5c6d7e8f9","summary":[]}"#
            let list = items.replacing("§", with: seal).replacing("%", with: own)
            return #"{"model":"\#(model)","input":[\#(list)]}"#
        }
        for id in ["rs_00000000000000a1_0", "rs_redacted_00000000000000a1_0"] {
            #expect(try Self.body(body(items, "m", id)) == body(left, "gpt-4o", id))
            // It may be another gateway, whose own it is.
            #expect(try Self.body(body(items, "m", id), tag: "served") == body(items, "served", id))
        }
    }

    @Test func `asks for a stream without chat's counting`() throws {
        #expect(
            try Self.body(#"{"model":"m","input":"x","stream":true}"#)
                == #"{"model":"gpt-4o","input":"x","stream":true}"#)
        #expect(
            try Self.body(#"{"model":"m","input":"x","stream":true,"stream_options":{"include_obfuscation":false}}"#)
                == #"{"model":"gpt-4o","input":"x","stream":true,"stream_options":{"include_obfuscation":false}}"#)
    }

    @Test func `leaves out what is null, LiteLLM's, and Ollama's`() throws {
        #expect(
            try Self.body(
                #"{"model":"m","input":"x","prompt":null,"tags":["a"],"num_ctx":3,"keep_alive":1,"timeout":2}"#)
                == #"{"model":"gpt-4o","input":"x"}"#)
    }

    @Test func `adds the deployment's parameters under the names of this API`() throws {
        let defaults: [String: JSONText] = [
            "max_tokens": .integer(7), "temperature": .double(0.5), "stop": .string("x"), "verbosity": .string("low"),
            "service_tier": .string("flex"),
        ]
        #expect(
            try Self.body(#"{"model":"m","input":"x"}"#, defaults: defaults)
                == #"{"model":"gpt-4o","input":"x","max_output_tokens":7,"service_tier":"flex","temperature":0.5}"#)
        #expect(
            try Self.body(#"{"model":"m","input":"x","max_output_tokens":3,"temperature":1}"#, defaults: defaults)
                == #"{"model":"gpt-4o","input":"x","max_output_tokens":3,"temperature":1,"service_tier":"flex"}"#)
        #expect(
            try Self.body(#"{"model":"m","input":"x"}"#, tag: "o3", defaults: ["temperature": .double(0.5)])
                == #"{"model":"o3","input":"x"}"#)
    }

    @Test(arguments: [
        (#"{"model":"m"}"#, "input"), (#"{"input":"x"}"#, "model"), (#"{"model":"m","input":3}"#, "input"),
        (#"{"model":"m","input":{}}"#, "input"), (#"{"model":"m","input":null}"#, "input"),
    ])
    func `refuses a body without a model or an input`(_ body: String, _ param: String) {
        #expect(Fixture.fault(body, .openAIResponses)?.param == param)
    }

    @Test func `is asked as a chat where the provider does not have it`() throws {
        let body = #"{"model":"fast","input":"x"}"#
        for provider in Providers.all where !["openai", "azure"].contains(provider.name) {
            if provider.name == "bedrock" { continue }
            let target = UpstreamTarget(
                UpstreamPlace(provider: provider, tag: "m", pathPrefix: "", hostHeader: "h", isLocal: false),
                account: UpstreamAccount(apiKey: "K"), defaults: [:], dropParams: false, userAgent: "drover")
            let sent = try OpenAISent(body, .openAIResponses, to: target)
            #expect(!sent.path.contains("responses") && sent.body.contains(#""x""#), "\(provider.name): \(sent.body)")
        }
    }
}
