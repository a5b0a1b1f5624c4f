import Dialects
import Foundation
import Testing

@Suite struct OpenAIProviderTests {
    private static func rest(
        _ more: String, to provider: String = "openai", tag: String = "gpt-4o", drops: Bool = false,
        _ front: Front = .openAIChat, defaults: [String: JSONText] = [:]
    ) throws -> String {
        let target = OpenAIFixture.target(provider, tag: tag, defaults: defaults, dropParams: drops)
        switch front {
        case .openAIChat, .ollamaChat, .anthropicMessages: return try OpenAISent(Fixture.chat(more), to: target).rest
        case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings:
            return try OpenAISent(
                #"{"model":"m","prompt":"x""# + (more.isEmpty ? "}" : ",\(more)}"), front, to: target
            )
            .rest
        case .openAIEmbeddings, .openAIResponses, .ollamaEmbed:
            return try OpenAISent(
                #"{"model":"m","input":"x""# + (more.isEmpty ? "}" : ",\(more)}"), front, to: target
            )
            .rest
        }
    }

    private static func fault(
        _ more: String, to provider: String, tag: String = "gpt-4o", _ front: Front = .openAIChat
    ) -> RequestFault? {
        do {
            _ = try rest(more, to: provider, tag: tag, front)
            return nil
        } catch {
            return error as? RequestFault
        }
    }

    // MARK: As it stands

    @Test func `sends the client's body as it stands, with the tag for the model`() throws {
        let body =
            "\n { \"temperature\" : 0.20,\n\t\"model\":\"m\\u0061\", \"messages\" : [ {\"role\":\"user\",\"content\":"
            + "[{\"type\":\"text\",\"text\":\"\\u00e4\"},{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:image/png;"
            + "base64,AAAA\",\"detail\":\"low\"}},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"AA==\","
            + "\"format\":\"wav\"}},{\"type\":\"file\",\"file\":{\"file_id\":\"f\"}}]} ],"
            + "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"strict\":true,\"parameters\":{}}}],"
            + "\"tool_choice\":\"required\",\"response_format\":{\"type\":\"json_schema\",\"json_schema\":{\"name\":\"x\","
            + "\"strict\":true,\"schema\":{\"type\":\"object\"}}},\"modalities\":[\"text\",\"audio\"],"
            + "\"audio\":{\"voice\":\"alloy\",\"format\":\"mp3\"},\"user\":\"u\",\"store\":true,"
            + "\"metadata\":{\"a\":\"b\"},\"parallel_tool_calls\":false,\"prediction\":{\"type\":\"content\","
            + "\"content\":\"x\"},\"verbosity\":\"low\",\"service_tier\":\"flex\",\"safety_identifier\":\"s\","
            + "\"prompt_cache_key\":\"k\",\"n\":2,\"logit_bias\":{\"1\":-100},\"top_logprobs\":3,\"logprobs\":true,"
            + "\"seed\":-5,\"stop\":[\"a\"],\"max_tokens\":5,\"max_completion_tokens\":6,\"anything\":[1e3,null] } \n"
        let sent = try OpenAISent(body, to: OpenAIFixture.target())
        let expected = body.replacing("\"m\\u0061\"", with: "\"gpt-4o\"")
            .trimmingCharacters(in: .whitespacesAndNewlines)
        #expect(sent.body == expected)
    }

    @Test(arguments: OpenAIFixture.providers)
    func `sends plain chats to every provider as they stand`(_ provider: String) throws {
        let target = OpenAIFixture.target(provider, tag: "m")
        let sent = try OpenAISent(Fixture.chat(#""temperature":0.5,"top_p":1,"stop":"x""#), to: target)
        let model =
            switch provider {
            case "azure": ""
            case "fireworks_ai": #""model":"accounts/fireworks/models/m","#
            default: #""model":"m","#
            }
        #expect(
            sent.body
                == "{" + model
                + #""messages":[{"role":"user","content":"Hi"}],"temperature":0.5,"top_p":1,"stop":"x"}"#)
        #expect(sent.head.hasPrefix("POST /"))
    }

    @Test(arguments: OpenAIFixture.providers)
    func `sends tools, pictures and schemas to every provider`(_ provider: String) throws {
        let target = OpenAIFixture.target(provider, tag: "m")
        let body = """
            {"model":"m","messages":[
            {"role":"system","content":"s"},
            {"role":"user","content":[{"type":"text","text":"what?"},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]},
            {"role":"assistant","content":null,"tool_calls":[{"id":"c","type":"function",
            "function":{"name":"f","arguments":"{\\"a\\":1}"}}]},
            {"role":"tool","tool_call_id":"c","content":"ok"}],
            "tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}],"tool_choice":"auto",
            "response_format":{"type":"json_schema","json_schema":{"name":"x","schema":{"type":"object"}}}}
            """
        let sent = try OpenAISent(body, to: target).body
        var expected = body
        switch provider {
        case "azure": expected = expected.replacing(#""model":"m","#, with: "")
        case "fireworks_ai":
            expected = expected.replacing(#""model":"m""#, with: #""model":"accounts/fireworks/models/m""#)
        default: break
        }
        #expect(sent == expected)
    }

    @Test func `leaves out what is null, LiteLLM's, and Ollama's`() throws {
        let more =
            #""temperature":null,"timeout":3,"num_retries":1,"drop_params":true,"tags":["a"],"fallbacks":["b"],"#
            + #""api_key":"K","litellm_trace_id":"t","mock_response":"m","metadata":{"k":[1]},"guardrails":["g"],"#
            + #""keep_alive":"1h","think":true,"options":{"num_ctx":1},"num_ctx":9,"format":"json","top_k":5"#
        #expect(try Self.rest(more) == "{}")
        #expect(try Self.rest(more, tag: "llama-3") == #"{"top_k":5}"#)
        #expect(try Self.rest(more, to: "hosted_vllm") == #"{"top_k":5}"#)
    }

    @Test func `sends metadata only where OpenAI would take it`() throws {
        #expect(try Self.rest(#""metadata":{"a":"b"}"#) == "{}")
        #expect(try Self.rest(#""metadata":{"a":"b"},"store":false"#) == #"{"store":false}"#)
        #expect(
            try Self.rest(#""metadata":{"a":"b"},"store":true"#) == #"{"metadata":{"a":"b"},"store":true}"#)
        #expect(try Self.rest(#""metadata":{"a":"b"}"#, to: "litellm_proxy") == #"{"metadata":{"a":"b"}}"#)
        #expect(try Self.rest(#""metadata":{"a":"b"},"store":true"#, to: "mistral") == "{}")
    }

    // MARK: Streams

    @Test(arguments: OpenAIFixture.providers)
    func `always asks a stream to count its tokens`(_ provider: String) throws {
        let usage = #""stream_options":{"include_usage":true}"#
        let counted = provider == "mistral" ? "" : "," + usage
        for more in [#""stream":true"#, #""stream":true,"stream_options":{"include_usage":false}"#] {
            #expect(try Self.rest(more, to: provider, tag: "m") == canonical("{\"stream\":true\(counted)}"))
        }
        #expect(try Self.rest(#""stream":false"#, to: provider, tag: "m") == "{}")
    }

    @Test func `keeps the client's own stream options`() throws {
        #expect(
            try Self.rest(#""stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true,"x":[1]}"#)
                == #"{"stream":true,"stream_options":{"include_obfuscation":false,"include_usage":true,"x":[1]}}"#)
        #expect(try Self.rest(#""stream_options":{"include_usage":true}"#) == "{}")
    }

    @Test func `asks an old version of Azure's API for no counts`() throws {
        var account = UpstreamAccount(apiKey: "K")
        for (version, counts) in [
            ("2024-06-01", false), ("2024-10-21", true), ("2025-04-01-preview", true), ("v1", true),
        ] {
            account.apiVersion = version
            let target = OpenAIFixture.target("azure", account: account)
            let sent = try OpenAISent(Fixture.chat(#""stream":true"#), to: target)
            #expect(sent.body.contains("include_usage") == counts)
        }
    }

    // MARK: Names and values

    @Test(arguments: [
        ("openai", "gpt-4o", "max_tokens"), ("openai", "o3-mini", "max_completion_tokens"),
        ("openai", "gpt-5.1", "max_completion_tokens"), ("openai", "qwen3", "max_tokens"),
        ("azure", "my-gpt-5-mini", "max_completion_tokens"), ("azure", "o_series/x", "max_completion_tokens"),
        ("mistral", "m", "max_tokens"), ("deepseek", "m", "max_tokens"), ("xai", "m", "max_tokens"),
        ("together_ai", "m", "max_tokens"), ("fireworks_ai", "m", "max_tokens"), ("groq", "m", "max_tokens"),
        ("openrouter", "m", "max_tokens"), ("hosted_vllm", "m", "max_tokens"),
    ])
    func `calls the limit what the provider calls it`(_ provider: String, _ tag: String, _ name: String) throws {
        #expect(try Self.rest(#""max_tokens":5"#, to: provider, tag: tag) == "{\"\(name)\":5}")
        let both = try Self.rest(#""max_tokens":5,"max_completion_tokens":6"#, to: provider, tag: tag)
        let takesBoth = ["openai", "groq", "openrouter", "hosted_vllm"].contains(provider) && name == "max_tokens"
        #expect(both == (takesBoth ? #"{"max_completion_tokens":6,"max_tokens":5}"# : "{\"\(name)\":6}"))
        if ["mistral", "groq"].contains(provider) { return }
        #expect(
            try Self.rest(#""max_completion_tokens":6"#, to: provider, tag: tag, .openAICompletions)
                == #"{"max_tokens":6}"#)
    }

    @Test func `speaks Mistral's words`() throws {
        #expect(
            try Self.rest(
                #""seed":7,"tool_choice":"required","user":"u","store":true,"parallel_tool_calls":true,"safe_prompt":true"#,
                to: "mistral")
                == #"{"parallel_tool_calls":true,"random_seed":7,"safe_prompt":true,"tool_choice":"any"}"#)
        #expect(try Self.rest(#""tool_choice":"none""#, to: "mistral") == #"{"tool_choice":"none"}"#)
        #expect(try Self.rest(#""dimensions":256"#, to: "mistral", .openAIEmbeddings) == #"{"output_dimension":256}"#)
        #expect(Self.fault(#""logit_bias":{"1":1}"#, to: "mistral")?.param == "logit_bias")
        #expect(try Self.rest(#""logit_bias":{"1":1}"#, to: "mistral", drops: true) == "{}")
        #expect(try Self.rest(#""logit_bias":{}"#, to: "mistral") == "{}")
    }

    @Test func `speaks of thinking as each provider does`() throws {
        #expect(try Self.rest(#""reasoning_effort":"low""#, tag: "o3") == #"{"reasoning_effort":"low"}"#)
        #expect(try Self.rest(#""reasoning":{"effort":"low"}"#, tag: "o3") == #"{"reasoning_effort":"low"}"#)
        #expect(
            try Self.rest(#""reasoning":{"effort":"low"},"reasoning_effort":"high""#, tag: "o3")
                == #"{"reasoning_effort":"high"}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"low""#, to: "deepseek") == #"{"thinking":{"type":"enabled"}}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"none""#, to: "deepseek") == #"{"thinking":{"type":"disabled"}}"#)
        #expect(
            try Self.rest(
                #""thinking":{"type":"enabled","budget_tokens":9},"reasoning_effort":"none""#, to: "deepseek")
                == #"{"thinking":{"type":"enabled"}}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"max""#, to: "openrouter") == #"{"reasoning_effort":"xhigh"}"#)
        #expect(
            try Self.rest(#""reasoning":{"effort":"low","exclude":true}"#, to: "openrouter")
                == #"{"reasoning":{"effort":"low","exclude":true}}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"none""#, to: "together_ai", tag: "Qwen/Qwen3.5-9B")
                == #"{"reasoning":{"enabled":false}}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"none""#, to: "together_ai", tag: "openai/gpt-oss-20b")
                == #"{"reasoning_effort":"low"}"#)
        #expect(try Self.rest(#""reasoning_effort":"max""#, to: "together_ai") == #"{"reasoning_effort":"high"}"#)
        #expect(try Self.rest(#""reasoning_effort":"high""#, to: "groq") == #"{"reasoning_effort":"high"}"#)
        for provider in ["openai", "azure", "mistral", "groq", "xai"] {
            #expect(Self.fault(#""thinking":{"type":"enabled"}"#, to: provider, tag: "o3")?.param == "thinking")
        }
    }

    @Test func `takes the marks out of tools that a provider does not know`() throws {
        let tools =
            #""tools":[{"type":"function","cache_control":{"type":"ephemeral"},"function":{"strict":true,"name":"f","parameters":{"strict":1}}}]"#
        for provider in ["xai", "fireworks_ai"] {
            #expect(
                try Self.rest(tools, to: provider, tag: "m")
                    == #"{"tools":[{"function":{"name":"f","parameters":{"strict":1}},"type":"function"}]}"#)
        }
        #expect(
            try Self.rest(tools)
                == #"{"tools":[{"function":{"name":"f","parameters":{"strict":1},"strict":true},"type":"function"}]}"#)
        #expect(try Self.rest(tools, to: "openrouter").contains("cache_control"))
    }

    // MARK: Refusals

    @Test(arguments: [
        ("groq", "m", #""n":2"#, "n"), ("groq", "m", #""logprobs":true"#, "logprobs"),
        ("groq", "m", #""logit_bias":{"1":1}"#, "logit_bias"), ("deepseek", "m", #""n":2"#, "n"),
        ("xai", "grok-4", #""stop":"x""#, "stop"), ("xai", "grok-3-mini", #""stop":["x"]"#, "stop"),
        ("xai", "grok-4-fast", #""frequency_penalty":1"#, "frequency_penalty"),
        ("fireworks_ai", "m", #""functions":[{"name":"f"}]"#, "functions"),
        ("together_ai", "m", #""modalities":["text","audio"]"#, "modalities"),
        ("openai", "o3", #""temperature":0.2"#, "temperature"), ("openai", "o1", #""top_p":0.2"#, "top_p"),
        ("openai", "o4-mini", #""presence_penalty":1"#, "presence_penalty"),
        ("openai", "gpt-5", #""temperature":0"#, "temperature"), ("openai", "gpt-5-mini", #""stop":"x""#, "stop"),
        ("openai", "gpt-5.1", #""temperature":0,"reasoning_effort":"low""#, "temperature"),
        ("openai", "gpt-5.5", #""temperature":0"#, "temperature"),
        ("openai", "gpt-4o", #""reasoning_effort":"low""#, "reasoning_effort"),
        ("openai", "ft:gpt-4o-mini:x", #""reasoning_effort":"low""#, "reasoning_effort"),
        ("azure", "prod-gpt-5", #""top_p":0.5"#, "top_p"), ("azure", "o_series/x", #""logprobs":true"#, "logprobs"),
    ])
    func `refuses what the model does not take, unless it may be dropped`(
        _ provider: String, _ tag: String, _ more: String, _ param: String
    ) throws {
        let fault = Self.fault(more, to: provider, tag: tag)
        #expect(fault?.param == param)
        #expect(fault?.message.contains("`\(param)`") == true)
        #expect(fault?.message.contains("drop_params: true") == true)
        #expect(try !Self.rest(more, to: provider, tag: tag, drops: true).contains(param))
        #expect(try !Self.rest(more + #","drop_params":true"#, to: provider, tag: tag).contains(param))
    }

    @Test(arguments: [
        ("groq", "m", #""n":1,"logprobs":false"#), ("openai", "o3", #""temperature":1,"top_p":1.0"#),
        ("openai", "gpt-5", #""temperature":1,"presence_penalty":0,"stop":[]"#),
        ("xai", "grok-4", #""frequency_penalty":0"#), ("mistral", "m", #""modalities":["text"]"#),
    ])
    func `leaves out silently what asks nothing`(_ provider: String, _ tag: String, _ more: String) throws {
        #expect(try Self.rest(more, to: provider, tag: tag) == "{}")
    }

    @Test func `lets a model sample that does not reason`() throws {
        #expect(try Self.rest(#""temperature":0"#, tag: "gpt-5.1") == #"{"temperature":0}"#)
        #expect(
            try Self.rest(#""temperature":0,"reasoning_effort":"none""#, tag: "gpt-5.5")
                == #"{"reasoning_effort":"none","temperature":0}"#)
        #expect(try Self.rest(#""temperature":0"#, tag: "gpt-5-chat-latest") == #"{"temperature":0}"#)
        #expect(try Self.rest(#""temperature":0,"reasoning_effort":"low""#, tag: "gpt-oss:20b").contains("low"))
    }

    @Test(arguments: [
        ("mistral", Front.openAICompletions), ("groq", .openAICompletions), ("groq", .openAIEmbeddings),
        ("deepseek", .openAIEmbeddings),
    ])
    func `refuses a route that a provider does not have`(_ provider: String, _ front: Front) {
        let fault = Self.fault("", to: provider, front)
        #expect(fault?.message.contains("`\(provider)`") == true)
    }

    @Test func `sends completions and embeddings as they stand`() throws {
        let target = OpenAIFixture.target()
        let completion = #"{"model":"m","prompt":["x"],"suffix":"y","echo":true,"best_of":2,"logprobs":3}"#
        #expect(
            try OpenAISent(completion, .openAICompletions, to: target).body
                == completion.replacing(#""model":"m""#, with: #""model":"gpt-4o""#))
        let embedding = #"{"input":["a","b"],"encoding_format":"base64","dimensions":9,"user":"u","model":"m"}"#
        #expect(
            try OpenAISent(embedding, .openAIEmbeddings, to: target).body
                == embedding.replacing(#""model":"m""#, with: #""model":"gpt-4o""#))
    }

    // MARK: The deployment's parameters

    @Test func `adds the deployment's parameters where the request is silent`() throws {
        let defaults: [String: JSONText] = [
            "temperature": .double(0.5), "max_tokens": .integer(9), "user": .string("d"), "top_k": .integer(3),
            "num_ctx": .integer(4096), "keep_alive": .string("1h"), "api_key": .string("K"), "stream": .bool(true),
            "extra_body": .object([("min_p", .double(0.1))]), "seed": .null,
        ]
        #expect(
            try Self.rest("", tag: "llama-3", defaults: defaults)
                == #"{"max_tokens":9,"min_p":0.1,"temperature":0.5,"top_k":3,"user":"d"}"#)
        #expect(
            try Self.rest(
                #""temperature":1,"max_completion_tokens":2,"user":"c","top_k":1,"min_p":2"#, tag: "llama-3",
                defaults: defaults)
                == #"{"max_completion_tokens":2,"min_p":2,"temperature":1,"top_k":1,"user":"c"}"#)
        #expect(
            try Self.rest(#""temperature":null"#, defaults: defaults).contains(#""temperature":0.5"#))
        #expect(
            try Self.rest("", tag: "llama-3", .openAIEmbeddings, defaults: defaults)
                == #"{"min_p":0.1,"top_k":3,"user":"d"}"#)
    }

    @Test func `puts the deployment's parameters in the provider's words`() throws {
        let defaults: [String: JSONText] = [
            "max_tokens": .integer(9), "seed": .integer(1), "tool_choice": .string("required"), "user": .string("u"),
        ]
        #expect(
            try Self.rest("", to: "mistral", defaults: defaults)
                == #"{"max_tokens":9,"random_seed":1,"tool_choice":"any"}"#)
        #expect(
            try Self.rest("", tag: "o3", defaults: ["max_tokens": .integer(9), "temperature": .double(0.1)])
                == #"{"max_completion_tokens":9}"#)
        #expect(
            try Self.rest("", to: "deepseek", defaults: ["reasoning_effort": .string("low")])
                == #"{"thinking":{"type":"enabled"}}"#)
    }

    @Test func `takes its sampling back where a request makes the model reason`() throws {
        let defaults: [String: JSONText] = ["temperature": .double(0.2)]
        #expect(try Self.rest("", tag: "gpt-5.1", defaults: defaults) == #"{"temperature":0.2}"#)
        #expect(
            try Self.rest(#""reasoning_effort":"high""#, tag: "gpt-5.1", defaults: defaults)
                == #"{"reasoning_effort":"high"}"#)
    }

    @Test(arguments: [("openai", "gpt-4o"), ("openai", "o3-mini"), ("azure", "gpt-4o"), ("azure", "mine")])
    func `a deployment's parameters keep the rules of a request's`(_ provider: String, _ tag: String) throws {
        let defaults: [String: JSONText] = [
            "max_tokens": .integer(-1), "min_p": .double(0.1), "repeat_penalty": .double(1.1), "top_k": .integer(3),
        ]
        #expect(try Self.rest("", to: provider, tag: tag, defaults: defaults) == "{}")
        #expect(
            try Self.rest("", to: provider, tag: tag, defaults: ["max_completion_tokens": .integer(-1)]) == "{}")
        #expect(try Self.rest(#""min_p":0.1,"top_k":3"#, to: provider, tag: tag) == "{}")
    }

    @Test func `of two limits the one that is none does not go`() throws {
        for (tag, name) in [("gpt-4o", "max_completion_tokens"), ("o3-mini", "max_completion_tokens")] {
            #expect(
                try Self.rest(#""max_tokens":-1,"max_completion_tokens":20"#, tag: tag) == "{\"\(name)\":20}")
        }
        #expect(
            try Self.rest(#""max_tokens":20,"max_completion_tokens":-1"#, tag: "gpt-4o", drops: true) == "{}")
    }

    @Test(arguments: ["hosted_vllm", "together_ai", "openrouter", "fireworks_ai"])
    func `calls a way of sampling what the provider calls it`(_ provider: String) throws {
        let renamed = #"{"repetition_penalty":1.1}"#
        #expect(try Self.rest(#""repeat_penalty":1.1"#, to: provider, tag: "m") == renamed)
        #expect(
            try Self.rest(#""repeat_penalty":1.2,"repetition_penalty":1.1"#, to: provider, tag: "m") == renamed)
        let defaults: [String: JSONText] = ["repeat_penalty": .double(1.1)]
        #expect(try Self.rest("", to: provider, tag: "m", defaults: defaults) == renamed)
        for name in ["repeat_penalty", "repetition_penalty"] {
            #expect(
                try Self.rest("\"\(name)\":1.5", to: provider, tag: "m", defaults: defaults)
                    == #"{"repetition_penalty":1.5}"#)
        }
        #expect(try Self.rest(#""repeat_penalty":1.1"#, to: "llamafile", tag: "m") == #"{"repeat_penalty":1.1}"#)
    }
}
