import NIOCore
import Testing

@testable import Dialects

/// Bodies that are read as another one: `extra_body`, and tools that are no functions.
@Suite struct BodyRewriteTests {
    private static let providers = [
        ("ollama", "m"), ("openai", "gpt-4o"), ("hosted_vllm", "q"), ("mistral", "m"),
        ("anthropic", "claude-sonnet-4-5"),
        ("gemini", "gemini-2.5-flash"), ("bedrock", "anthropic.claude-sonnet-4-5-20250929-v1:0"),
    ]

    private func target(_ provider: String, _ tag: String, drops: Bool = false, isLocal: Bool = false) -> UpstreamTarget
    {
        UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(provider)!, tag: tag, pathPrefix: "/v1", hostHeader: "h", isLocal: isLocal),
            account: UpstreamAccount(apiKey: "k"), defaults: [:], dropParams: drops, userAgent: "drover/0.1.0")
    }

    private func sent(_ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget) throws -> String {
        var out = ByteBuffer()
        try Provider.encode(
            Fixture.scan(body, front), with: Fixture.permit(target), unixSeconds: 1_795_366_482, into: &out)
        return String(String(buffer: out).split(separator: "\r\n\r\n", maxSplits: 1).last ?? "")
    }

    private func refusal(_ body: String, _ front: Front = .openAIChat, to target: UpstreamTarget) -> RequestFault? {
        do {
            _ = try sent(body, front, to: target)
            return nil
        } catch {
            return error as? RequestFault
        }
    }

    // MARK: extra_body

    @Test(arguments: providers)
    func `extra_body is what stands beside it, at every back`(_ provider: String, _ tag: String) throws {
        let target = target(provider, tag)
        let inside = Fixture.chat(#""extra_body":{"temperature":0.3,"max_tokens":9,"stop":["x"]}"#)
        let beside = Fixture.chat(#""temperature":0.3,"max_tokens":9,"stop":["x"]"#)
        #expect(try sent(inside, to: target) == sent(beside, to: target))
    }

    @Test func `what stands in extra_body wins over what stands beside it`() throws {
        let request = try Fixture.scan(
            Fixture.chat(
                #""max_tokens":9,"extra_body":{"max_tokens":3,"model":"n","timeout":2,"extra_body":{"a":1}},"seed":1"#))
        #expect(request.maxTokens == 3)
        #expect(request.model == "n")
        #expect(request.timeoutSeconds == 2)
        #expect(
            String(buffer: request.body)
                == #"{"messages":[{"role":"user","content":"Hi"}],"seed":1,"max_tokens":3,"model":"n","timeout":2}"#)
    }

    @Test(arguments: [
        (#""extra_body":{}"#, "{\"max_tokens\":1}"), (#""extra_body":null"#, "{\"max_tokens\":1}"),
        (#""extra_body":{"max_tokens":null}"#, "{}"), (#""extra_body":{"m\u0061x_tokens":2}"#, "{\"max_tokens\":2}"),
    ])
    func `an empty extra_body changes nothing, null takes a field out`(_ extra: String, _ rest: String) throws {
        #expect(
            try OpenAISent(Fixture.chat(#""max_tokens":1,"# + extra), to: OpenAIFixture.target()).rest
                .replacing(#"m\u0061x"#, with: "max") == rest)
    }

    @Test(arguments: [
        (#""extra_body":1"#, "extra_body"), (#""extra_body":[]"#, "extra_body"),
        (#""extra_body":{},"extra_body":{}"#, "extra_body"), (#""extra_body":{"temperature":9}"#, "temperature"),
        (#""extra_body":{"a":1,"a":2}"#, "a"), (#""extra_body":{"messages":[]}"#, "messages"),
    ])
    func `a wrong extra_body is refused`(_ more: String, _ param: String) {
        #expect(Fixture.fault(Fixture.chat(more))?.param == param)
    }

    @Test(arguments: [Front.openAICompletions, .openAIEmbeddings, .openAIResponses])
    func `every route of OpenAI's knows extra_body`(_ front: Front) throws {
        let prompt = front == .openAICompletions ? "prompt" : "input"
        let request = try Fixture.scan(#"{"model":"m","\#(prompt)":"x","extra_body":{"foo":1}}"#, front)
        #expect(String(buffer: request.body) == #"{"model":"m","\#(prompt)":"x","foo":1}"#)
    }

    // MARK: Tools

    private static let tools =
        #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}},{"type":"web_search"}]"#

    @Test(arguments: providers)
    func `a tool that is no function is refused, or left out where parameters may be dropped`(
        _ provider: String, _ tag: String
    ) throws {
        let body = Fixture.chat(Self.tools)
        let fault = try #require(refusal(body, to: target(provider, tag)))
        #expect(fault.param == "tools[1].type")
        #expect(fault.message.contains("web_search") && fault.message.contains("drop_params: true"))
        let alone = Fixture.chat(
            #""tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}]"#)
        let dropping = target(provider, tag, drops: true)
        #expect(try sent(body, to: dropping) == sent(alone, to: dropping))
        #expect(
            try sent(Fixture.chat(Self.tools + #","drop_params":true"#), to: target(provider, tag)).contains("\"f\""))
    }

    @Test(arguments: ["tools", "Tools"])
    func `a client of Ollama's is told the same of a tool that is no function`(_ name: String) throws {
        func body(_ tools: String) -> String {
            #"{"model":"m","messages":[{"role":"user","content":"hi"}],"\#(name)":[\#(tools)]}"#
        }
        let function = #"{"type":"function","function":{"name":"f","parameters":{"type":"object"}}}"#
        let mixed = body(#"{"type":"web_search"},"# + function)
        for (provider, tag) in Self.providers where provider != "ollama" {
            let fault = try #require(refusal(mixed, .ollamaChat, to: target(provider, tag)))
            #expect(fault.param == "tools[0].type" && fault.message.contains("drop_params: true"))
            let dropping = target(provider, tag, drops: true)
            #expect(try sent(mixed, .ollamaChat, to: dropping) == sent(body(function), .ollamaChat, to: dropping))
        }
    }

    @Test(arguments: providers)
    func `where no tool is left, no choice among them is`(_ provider: String, _ tag: String) throws {
        let dropping = target(provider, tag, drops: true)
        let body = Fixture.chat(
            #""tools":[{"type":"web_search_preview"}],"tool_choice":{"type":"web_search_preview"},"parallel_tool_calls":true"#
        )
        #expect(try sent(body, to: dropping) == sent(Fixture.chat(), to: dropping))
    }

    @Test func `a choice of a tool that is left out is left out too`() throws {
        let body = Fixture.chat(Self.tools + #","tool_choice":{"type":"web_search"}"#)
        #expect(try !sent(body, to: target("openai", "gpt-4o", drops: true)).contains("tool_choice"))
    }

    @Test func `a joined stream is joined without those tools too`() throws {
        var request = try Fixture.scan(Fixture.chat(Self.tools))
        request = request.joiningStream(true)
        var out = ByteBuffer()
        try Provider.encode(
            request, with: Fixture.permit(target("ollama", "m", drops: true)), unixSeconds: 0, into: &out)
        #expect(String(buffer: out).contains(#""stream":true"#))
    }

    // MARK: No limit

    @Test(arguments: ["max_tokens", "max_completion_tokens"])
    func `a limit of -1 is none for boxes and servers inside, and refused elsewhere`(_ name: String) throws {
        let body = Fixture.chat("\"\(name)\":-1")
        #expect(try Fixture.scan(body).maxTokens == nil)
        #expect(try sent(body, to: target("ollama", "m")).contains(#""num_predict":-1"#))
        #expect(
            try sent(body, to: target("hosted_vllm", "q", isLocal: true))
                == sent(Fixture.chat(), to: target("hosted_vllm", "q")))
        for (provider, tag) in Self.providers where provider != "ollama" {
            #expect(refusal(body, to: target(provider, tag))?.param == name, "\(provider)")
            let dropping = target(provider, tag, drops: true)
            #expect(try sent(body, to: dropping) == sent(Fixture.chat(), to: dropping))
        }
    }

    @Test func `no limit is said against a deployment's own`() throws {
        let place = UpstreamPlace(
            provider: Providers.named("hosted_vllm")!, tag: "q", pathPrefix: "", hostHeader: "h", isLocal: true)
        let target = UpstreamTarget(
            place, account: UpstreamAccount(), defaults: ["max_tokens": .integer(5)], dropParams: false, userAgent: "d")
        #expect(try sent(Fixture.chat(), to: target).contains("max_tokens"))
        #expect(try !sent(Fixture.chat(#""max_tokens":-1"#), to: target).contains("max_tokens"))
    }

    @Test(arguments: ["-2", "0", "-1.0", "\"-1\""])
    func `other numbers below one are refused`(_ value: String) {
        #expect(Fixture.fault(Fixture.chat("\"max_tokens\":\(value)"))?.param == "max_tokens")
    }
}
