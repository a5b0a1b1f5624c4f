import Foundation
import NIOCore
import Signing
import Testing

@testable import Dialects

/// Whatever a client sends, encoding it does not trap, and what goes out is one request whose body is JSON.
@Suite struct MutatedRequestTests {
    private static let rounds: UInt64 = 100

    private static let targets: [(String, String)] = [
        ("ollama", "llama3"), ("openai", "gpt-4o"), ("openai", "gpt-5"), ("azure", "dep"), ("mistral", "mistral-large"),
        ("groq", "g"), ("deepseek", "deepseek-chat"), ("together_ai", "gpt-oss"), ("fireworks_ai", "f"),
        ("xai", "grok-4"),
        ("openrouter", "o/r"), ("litellm_proxy", "p"), ("anthropic", "claude-sonnet-4-5"),
        ("anthropic", "claude-3-7-sonnet"),
        ("anthropic", "claude-opus-4-8"), ("anthropic", "other"), ("gemini", "gemini-2.5-flash"),
        ("gemini", "gemini-3-pro"),
        ("gemini", "gemma-3"), ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
        ("bedrock", "anthropic.claude-opus-5-v1"), ("bedrock", "amazon.nova-2-lite-v1:0"),
        ("bedrock", "openai.gpt-oss-120b"),
        ("bedrock", "arn:aws:bedrock:us-west-2:1:application-inference-profile/x"),
    ]

    private static func target(_ provider: String, _ tag: String) -> UpstreamTarget {
        var account = UpstreamAccount(apiKey: provider == "bedrock" ? nil : "k")
        account.aws = UpstreamAccount.AWSKeys(accessKey: "A", secretKey: "S", sessionToken: "T", hash: CryptoHash.self)
        return UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "", hostHeader: "h", isLocal: true),
            account: account,
            defaults: [
                "temperature": .double(0.5), "num_ctx": .integer(4096), "top_k": .integer(3), "extra": .string("\"x"),
                "extra_body": .object([("a", .integer(1))]), "reasoning_effort": .string("low"),
            ], dropParams: false, userAgent: "drover/0.1.0")
    }

    /// Everything that the encoders look at.
    private static let bodies: [(Front, String)] = [
        (
            .openAIChat,
            #"""
            {"model":"m","stream":true,"stream_options":{"include_usage":true,"x":1},"messages":[
            {"role":"system","content":"S"},{"role":"developer","content":[{"type":"text","text":"D","cache_control":{"type":"ephemeral","ttl":"1h"}}]},
            {"role":"user","name":"bob","content":[{"type":"text","text":"T"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}}]},
            {"role":"assistant","content":null,"reasoning_content":"R","thinking_blocks":[{"type":"thinking","thinking":"R","signature":"Sig"},{"type":"redacted_thinking","data":"x"}],
            "images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}],"provider_specific_fields":{"thought_signatures":["a"]},
            "tool_calls":[{"id":"call_1__thought__abc","type":"function","function":{"name":"f","arguments":"{\"a\":\"\\u00e9\"}"},"provider_specific_fields":{"thought_signature":"s"}},
            {"id":"functions.g:0","type":"function","function":{"name":"g","arguments":"{}"}}]},
            {"role":"tool","tool_call_id":"call_1__thought__abc","content":"{\"r\":1}"},{"role":"tool","tool_call_id":"functions.g:0","content":[{"type":"text","text":"T"}]},
            {"role":"assistant","content":"A","refusal":null,"function_call":{"name":"h","arguments":""}},{"role":"function","name":"h","content":"F"},
            {"role":"user","content":"U","cache_control":{"type":"ephemeral"}}],
            "tools":[{"type":"function","function":{"name":"f","description":"d","strict":true,"parameters":{"type":"object","properties":{"a":{"anyOf":[{"type":"string","minLength":2},{"$ref":"#/$defs/x"}]}},
            "required":["a"],"additionalProperties":false,"$defs":{"x":{"enum":["p"]}}}}},{"type":"function","function":{"name":"g"},"cache_control":{"type":"ephemeral"}}],
            "tool_choice":{"type":"function","function":{"name":"f"}},"parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"n","strict":true,"schema":{"type":"object","properties":{"a":{"type":"array","items":{"type":"number","maximum":3}}}}}},
            "max_tokens":10,"max_completion_tokens":12,"temperature":0.3,"top_p":0.9,"top_k":5,"stop":["a",""],"seed":1,"n":1,"logprobs":true,"top_logprobs":2,"logit_bias":{"1":1},
            "presence_penalty":0.1,"frequency_penalty":0.1,"reasoning":{"effort":"high"},"thinking":{"type":"enabled","budget_tokens":2000},"user":"u","metadata":{"user_id":"x","tags":["t"]},"store":true,
            "web_search_options":{"search_context_size":"low","user_location":{"type":"approximate","approximate":{"city":"P"}}},"modalities":["text"],"options":{"num_ctx":5},"drop_params":true,
            "generationConfig":{"topK":1},"additionalModelRequestFields":{"a":1},"safety_settings":[],"guardrailConfig":{}}
            """#
        ),
        (
            .openAIChat,
            #"{"model":"m","messages":[{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"AAAA","format":"wav"}},{"type":"file","file":{"file_data":"data:application/pdf;base64,JVBERi0=","filename":"a.pdf"}}]}],"functions":[{"name":"f"}],"tool_choice":"required","response_format":{"type":"json_object"}}"#
        ),
        (
            .openAICompletions,
            #"{"model":"m","prompt":["P"],"suffix":"","echo":false,"best_of":1,"logprobs":2,"stop":"x","stream":true,"max_tokens":3,"top_k":1,"drop_params":true}"#
        ),
        (
            .openAIEmbeddings,
            #"{"model":"m","input":["a","b"],"dimensions":3,"encoding_format":"base64","task_type":"x","user":"u"}"#
        ),
        (
            .openAIResponses,
            #"{"model":"m","input":[{"role":"user","content":"x"}],"max_output_tokens":3,"reasoning":{"effort":"low"},"tools":[{"type":"web_search"}],"stream":true,"stream_options":{"include_obfuscation":false},"prompt":{"id":"p"},"metadata":{}}"#
        ),
        (
            .openAIResponses,
            #"{"model":"m","instructions":"I","input":[{"role":"user","content":[{"type":"input_text","text":"T"},{"type":"input_image","image_url":"data:image/png;base64,iVBORw0KGgo="}]},{"type":"reasoning","id":"rs_00000000000000a1_0","summary":[{"type":"summary_text","text":"R"}],"encrypted_content":"S"},{"type":"function_call","call_id":"c","name":"f","arguments":"{}"},{"type":"function_call_output","call_id":"c","output":[{"type":"input_text","text":"r"}]},{"type":"image_generation_call","id":"i","result":"iVBORw0KGgo="}],"tools":[{"type":"function","name":"f","parameters":{"type":"object"},"strict":true}],"tool_choice":{"type":"function","name":"f"},"text":{"format":{"type":"json_schema","name":"n","schema":{"type":"object"}}},"top_logprobs":2,"include":["message.output_text.logprobs"],"max_output_tokens":3,"drop_params":true,"stream":true}"#
        ),
    ]

    @Test(arguments: targets)
    func `no request traps or goes out as anything but one request with JSON`(_ provider: String, _ tag: String) throws
    {
        let target = Self.target(provider, tag)
        var sent = 0
        for (front, body) in Self.bodies {
            let json = try JSONSerialization.jsonObject(with: Data(body.utf8))
            for seed in 0..<(front == .openAIChat ? Self.rounds : Self.rounds / 10) {
                var mutation = Mutation(seed: seed)
                var bytes = Array(
                    try JSONSerialization.data(
                        withJSONObject: mutation.change(json), options: [.fragmentsAllowed, .sortedKeys]))
                if seed % 5 == 0 { bytes = mutation.damage(bytes) }
                guard var request = try? ClientRequest.scan(ByteBuffer(bytes: bytes), front: front) else {
                    continue
                }
                request = request.joiningStream(seed % 3 == 0 && target.joinsStreams(for: request.front))
                _ = request.prefixHashes(blockBytes: 64, limit: 8)
                var out = ByteBuffer(string: "before")
                do {
                    try Provider.encode(request, with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
                } catch {
                    #expect(String(buffer: out) == "before")
                    continue
                }
                sent += 1
                let text = Array(out.readableBytesView.dropFirst(6))
                let end = try #require(text.firstRange(of: Array("\r\n\r\n".utf8)))
                let json = Array(text[end.upperBound...])
                #expect(
                    json.withUnsafeBytes { JSONScanner.isValid($0) },
                    "\(front) seed \(seed): \(String(decoding: json, as: UTF8.self))")
                let head = String(decoding: text[..<end.lowerBound], as: UTF8.self)
                let length = head.split(separator: "\r\n").first { $0.hasPrefix("content-length:") }
                #expect(length.flatMap { Int($0.dropFirst(15).filter { $0 != " " }) } == json.count)
            }
        }
        #expect(sent > 0)
    }
}
