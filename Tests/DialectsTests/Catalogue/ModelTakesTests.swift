import NIOCore
import Testing

@testable import Dialects

/// What single models take, at the providers that sell them.
@Suite struct ModelTakesTests {
    private func sent(
        _ more: String, to provider: String, _ tag: String, drops: Bool = false, isLocal: Bool = false,
        defaults: [String: JSONText] = [:]
    ) throws -> String {
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "/v1", hostHeader: "h", isLocal: isLocal),
            account: UpstreamAccount(apiKey: "k"), defaults: defaults, dropParams: drops, userAgent: "drover/0.1.0")
        var out = ByteBuffer()
        try Provider.encode(
            Fixture.scan(Fixture.chat(more)), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        return String(String(buffer: out).split(separator: "\r\n\r\n", maxSplits: 1).last ?? "")
    }

    private func refusal(_ more: String, to provider: String, _ tag: String, isLocal: Bool = false) -> RequestFault? {
        do {
            _ = try sent(more, to: provider, tag, isLocal: isLocal)
            return nil
        } catch {
            return error as? RequestFault
        }
    }

    // MARK: stop

    @Test(arguments: [
        ("openai", "gpt-4o", 4), ("azure", "mine", 4), ("groq", "m", 4), ("gemini", "gemini-2.5-flash", 5),
    ])
    func `more stop sequences than a provider takes are refused, or the first ones sent`(
        _ provider: String, _ tag: String, _ most: Int
    ) throws {
        func stops(_ count: Int) -> String { (0..<count).map { "\"s\($0)\"" }.joined(separator: ",") }
        let many = "\"stop\":[\(stops(most + 2))]"
        let fault = try #require(refusal(many, to: provider, tag))
        #expect(fault.param == "stop")
        #expect(fault.message.contains("at most \(most)") && fault.message.contains("drop_params: true"))
        #expect(try sent(many, to: provider, tag, drops: true).contains("[\(stops(most))]"))
        #expect(try sent("\"stop\":[\(stops(most))]", to: provider, tag).contains("[\(stops(most))]"))
    }

    @Test func `o3 and o4-mini take no sequences to stop at, o1 and o3-mini do`() throws {
        for tag in ["o3", "o3-2025-04-16", "o3-pro", "o4-mini"] {
            #expect(refusal(#""stop":["x"]"#, to: "openai", tag)?.param == "stop")
            #expect(try !sent(#""stop":["x"]"#, to: "openai", tag, drops: true).contains("stop"))
            #expect(try !sent("", to: "openai", tag, defaults: ["stop": .string("x")]).contains("stop"))
        }
        for tag in ["o1", "o3-mini", "gpt-4o"] {
            #expect(try sent(#""stop":["x"]"#, to: "openai", tag).contains(#""stop":["x"]"#))
        }
        #expect(refusal(#""stop":"x""#, to: "azure", "o_series/o3")?.param == "stop")
    }

    @Test func `servers of one's own have no such limit`() throws {
        let many = #""stop":["a","b","c","d","e"]"#
        #expect(try sent(many, to: "hosted_vllm", "q").contains(many))
        #expect(try sent(many, to: "openai", "qwen3", isLocal: true).contains(many))
        #expect(try sent(many, to: "ollama", "q").contains(many))
    }

    @Test func `a deployment's own list is not cut for a server of one's own`() throws {
        let stops = #"["a","b","c","d","e","f","g"]"#
        let sent = try sent("", to: "openai", "qwen3", isLocal: true, defaults: ["stop": JSONText(stops)!])
        #expect(sent.contains("\"stop\":\(stops)"))
    }

    @Test func `a deployment of Azure's has it under any name, wherever it stands`() {
        #expect(refusal(#""stop":["a","b","c","d","e"]"#, to: "azure", "mine", isLocal: true)?.param == "stop")
    }

    @Test func `a deployment's own list is cut to what the provider takes`() throws {
        let stops = JSONText(#"["a","b","c","d","e"]"#)!
        #expect(try sent("", to: "openai", "gpt-4o", defaults: ["stop": stops]).contains(#""stop":["a","b","c","d"]"#))
    }

    // MARK: Tools

    @Test func `the o-series is not told of calls at a time, other models are`() throws {
        let more = #""tools":[{"type":"function","function":{"name":"f"}}],"parallel_tool_calls":false"#
        for tag in ["o1", "o3", "o4-mini", "o3-mini-2025-01-31"] {
            #expect(try !sent(more, to: "openai", tag).contains("parallel_tool_calls"))
        }
        #expect(try !sent(more, to: "azure", "o_series/mine").contains("parallel_tool_calls"))
        for tag in ["gpt-4o", "gpt-5", "qwen3"] {
            #expect(try sent(more, to: "openai", tag).contains(#""parallel_tool_calls":false"#))
        }
    }

    @Test(arguments: [#"{"name":"f"}"#, #"{"name":"f","parameters":null}"#, #"{"parameters":null,"name":"f"}"#])
    func `Mistral's tools have parameters, where there are none too`(_ function: String) throws {
        let more = #""tools":[{"type":"function","function":\#(function)}]"#
        let expected = #"[{"type":"function","function":{"name":"f","parameters":{"type":"object","properties":{}}}}]"#
        #expect(try sent(more, to: "mistral", "m").contains(expected))
        #expect(try sent(more, to: "openai", "gpt-4o").contains(function))
    }

    @Test func `OpenAI's own models are sent custom tools`() throws {
        let custom = #"{"type":"custom","custom":{"name":"c","format":{"type":"text"}}}"#
        let more =
            #""tools":[\#(custom),{"type":"function","function":{"name":"f"}}],"tool_choice":{"type":"custom","custom":{"name":"c"}}"#
        for (provider, tag) in [("openai", "gpt-5"), ("azure", "mine")] {
            #expect(try sent(more, to: provider, tag).contains(more))
            let search = more.replacing("\"tools\":[", with: #""tools":[{"type":"web_search"},"#)
            #expect(refusal(search, to: provider, tag)?.param == "tools[0].type")
            #expect(try sent(search, to: provider, tag, drops: true).contains(more))
        }
        for (provider, tag) in [
            ("groq", "m"), ("anthropic", "claude-sonnet-4-5"), ("ollama", "q"), ("hosted_vllm", "q"),
        ] {
            #expect(refusal(more, to: provider, tag)?.param == "tools[0].type")
            let dropped = try sent(more, to: provider, tag, drops: true)
            #expect(!dropped.contains("custom") && dropped.contains("\"f\""), "\(dropped)")
        }
    }

    // MARK: Thinking

    @Test(arguments: [
        ("anthropic", "claude-3-5-haiku-latest"), ("bedrock", "anthropic.claude-3-haiku-20240307-v1:0"),
        ("bedrock", "amazon.nova-lite-v1:0"), ("gemini", "gemini-2.0-flash"), ("openai", "gpt-4o"), ("groq", "m"),
    ])
    func `a model that does not think is not sent thinking`(_ provider: String, _ tag: String) throws {
        let on = #""thinking":{"type":"enabled","budget_tokens":2048},"max_tokens":9000"#
        #expect(refusal(on, to: provider, tag)?.param == "thinking")
        let dropped = try sent(on, to: provider, tag, drops: true)
        #expect(dropped == (try sent(#""max_tokens":9000"#, to: provider, tag)))
        guard provider != "groq" else { return }
        let off = #""thinking":{"type":"disabled"},"max_tokens":9000"#
        #expect(try !sent(off, to: provider, tag).contains("\"thinking\""))
    }

    @Test func `Amazon's own models are told in their words`() throws {
        let on = #""thinking":{"type":"enabled","budget_tokens":2048}"#
        let sent = try sent(on, to: "bedrock", "us.amazon.nova-2-lite-v1:0")
        #expect(
            sent.contains(
                #""additionalModelRequestFields":{"reasoningConfig":{"type":"enabled","maxReasoningEffort":"medium"}}"#)
        )
    }

    @Test(arguments: ["minimal", "none", "disable"])
    func `an effort of nothing asks nothing of a model that does not reason`(_ word: String) throws {
        let effort = "\"reasoning_effort\":\"\(word)\""
        #expect(try !sent(effort, to: "openai", "gpt-4o").contains("reasoning"))
        #expect(try !sent(effort, to: "anthropic", "claude-3-5-haiku-latest").contains("thinking"))
    }

    @Test func `an effort is called as each provider calls it`() throws {
        #expect(
            try sent(#""reasoning_effort":"minimal""#, to: "openai", "gpt-5").contains(#""reasoning_effort":"minimal""#)
        )
        #expect(
            try sent(#""reasoning_effort":"disable""#, to: "openai", "gpt-5.1").contains(#""reasoning_effort":"none""#))
        #expect(
            try sent(#""reasoning_effort":"disable""#, to: "openrouter", "x").contains(#""reasoning_effort":"none""#))
        for word in ["minimal", "none", "disable"] {
            let effort = "\"reasoning_effort\":\"\(word)\""
            #expect(try sent(effort, to: "deepseek", "deepseek-chat").contains(#""thinking":{"type":"disabled"}"#))
            #expect(try sent(effort, to: "together_ai", "q").contains(#""reasoning":{"enabled":false}"#))
        }
    }

    // MARK: Bedrock's Claude

    private static let claude = "anthropic.claude-sonnet-4-5-20250929-v1:0"
    private static let tool =
        #""tools":[{"type":"function","function":{"name":"f","strict":true,"parameters":{"type":"object","properties":{"a":{"type":"string","minLength":2}},"required":["a"]}}}]"#

    @Test(arguments: [
        ("", #"{"type":"auto","disable_parallel_tool_use":true}"#),
        (#","tool_choice":"required""#, #"{"type":"any","disable_parallel_tool_use":true}"#),
        (
            #","tool_choice":{"type":"function","function":{"name":"f"}}"#,
            #"{"type":"tool","name":"f","disable_parallel_tool_use":true}"#
        ),
    ])
    func `Bedrock's Claude is told to call one tool at a time`(_ choice: String, _ expected: String) throws {
        let sent = try sent(Self.tool + #","parallel_tool_calls":false"# + choice, to: "bedrock", Self.claude)
        #expect(sent.contains("\"additionalModelRequestFields\":{\"tool_choice\":\(expected)}"))
        #expect(!sent.contains("toolChoice"))
        #expect(
            try !self.sent(Self.tool + #","parallel_tool_calls":true"#, to: "bedrock", Self.claude).contains(
                "tool_choice"))
        #expect(try !self.sent(#""parallel_tool_calls":false"#, to: "bedrock", Self.claude).contains("tool_choice"))
    }

    @Test func `Bedrock's Claude is held to a strict tool's schema, in the words that can be`() throws {
        let sent = try sent(Self.tool, to: "bedrock", Self.claude)
        #expect(
            sent.contains(
                #"{"toolSpec":{"name":"f","strict":true,"inputSchema":{"json":{"type":"object","properties":{"a":{"type":"string","description":"{minLength: 2}"}},"required":["a"],"additionalProperties":false}}}}"#
            ), "\(sent)")
        let older = try self.sent(Self.tool, to: "bedrock", "anthropic.claude-3-7-sonnet-20250219-v1:0")
        #expect(!older.contains("strict") && older.contains("minLength"))
        #expect(try !self.sent(Self.tool, to: "bedrock", "amazon.nova-lite-v1:0").contains("strict"))
    }

    @Test func `Bedrock's Claude is not told how to sample while it thinks`() throws {
        let sampling = #""temperature":0.2,"top_p":0.5,"top_k":5"#
        for on in [#""reasoning_effort":"low""#, #""thinking":{"type":"enabled","budget_tokens":1024}"#] {
            let sent = try sent(sampling + "," + on, to: "bedrock", Self.claude)
            #expect(!sent.contains("temperature") && !sent.contains("topP") && !sent.contains("top_k"), "\(sent)")
            #expect(sent.contains(#""budget_tokens":1024"#))
        }
        #expect(
            try sent(#""top_p":0.95,"reasoning_effort":"low""#, to: "bedrock", Self.claude).contains(#""topP":0.95"#))
        let quiet = try sent(
            #""temperature":0.2,"top_k":5,"reasoning_effort":"none""#, to: "bedrock", Self.claude)
        #expect(quiet.contains(#""temperature":0.2"#) && quiet.contains(#""top_k":5"#))
        #expect(try sent(sampling, to: "bedrock", "openai.gpt-oss-120b-1:0").contains(#""temperature":0.2"#))
    }

    @Test func `of temperature and top_p one goes where Bedrock's Claude takes but one`() throws {
        let both = #""temperature":0.5,"top_p":0.9"#
        #expect(refusal(both, to: "bedrock", Self.claude)?.param == "top_p")
        #expect(
            try sent(both, to: "bedrock", Self.claude, drops: true).contains(#""inferenceConfig":{"temperature":0.5}"#))
        let defaults: [String: JSONText] = ["temperature": .double(0.2), "top_p": .double(0.8)]
        for (more, expected) in [
            ("", #"{"temperature":0.2}"#), (#""top_p":0.5"#, #"{"topP":0.5}"#),
            (#""temperature":0.5"#, #"{"temperature":0.5}"#),
        ] {
            let sent = try sent(more, to: "bedrock", Self.claude, defaults: defaults)
            #expect(sent.contains("\"inferenceConfig\":\(expected)"), "\(sent)")
        }
        for tag in ["anthropic.claude-3-5-sonnet-20241022-v2:0", "amazon.nova-lite-v1:0"] {
            #expect(try sent(both, to: "bedrock", tag).contains(#"{"temperature":0.5,"topP":0.9}"#))
        }
    }

    // MARK: Clients' names

    @Test(arguments: [
        (#""think":true"#, "gpt-4o", "think"), (#""think":"high""#, "gpt-4o", "think"),
        (#""options":{"temperature":0.2}"#, "o3", "options.temperature"),
        (#""options":{"temperature":3}"#, "gpt-4o", "options.temperature"),
        (#""options":{"stop":["a","b","c","d","e"]}"#, "gpt-4o", "options.stop"),
    ])
    func `a client of Ollama's reads its own name of what OpenAI's dialect refuses`(
        _ more: String, _ tag: String, _ name: String
    ) throws {
        let body = #"{"model":"m","messages":[{"role":"user","content":"Hi"}],\#(more)}"#
        let target = OpenAIFixture.target(tag: tag)
        let fault = #expect(throws: RequestFault.self) {
            var out = ByteBuffer()
            try Provider.encode(
                Fixture.scan(body, .ollamaChat), with: Fixture.permit(target), unixSeconds: 0, into: &out)
        }
        #expect(fault?.param == name)
        #expect(fault?.message.contains("`\(name)`") == true, "\(fault?.message ?? "")")
    }
}
