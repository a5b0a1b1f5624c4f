import Dialects
import Testing

/// How much each model is told to think, whatever words the client has for it.
@Suite struct ModelEffortsTests {
    private func sent(
        _ more: String, to provider: String, _ tag: String, drops: Bool = false, _ front: Front = .openAIChat,
        defaults: [String: JSONText] = [:]
    ) throws -> String {
        let target = OpenAIFixture.target(provider, tag: tag, defaults: defaults, dropParams: drops)
        return try OpenAISent(Fixture.chat(more), front, to: target).rest
    }

    private static func effort(_ word: String?) -> String { word.map { "{\"reasoning_effort\":\"\($0)\"}" } ?? "{}" }

    @Test(arguments: [
        ("openai", "gpt-5", "minimal"), ("openai", "gpt-5-mini", "minimal"), ("azure", "prod-gpt-5", "minimal"),
        ("azure", "gpt5_series/mine", "minimal"), ("openai", "gpt-5-pro", nil), ("openai", "gpt-5-codex", "low"),
        ("openai", "gpt-5.1", "none"), ("openai", "gpt-5.2-2025-12-11", "none"), ("openai", "gpt-5.6", "none"),
        ("openai", "gpt-5.2-pro", nil), ("openai", "gpt-5.1-codex", "low"), ("openai", "gpt-4o", nil),
        ("openai", "o1", "low"), ("openai", "o3-mini", "low"), ("openai", "o4-mini", "low"),
        ("azure", "o_series/x", "low"),
        ("openai", "o1-mini", nil), ("openai", "gpt-oss:20b", "low"), ("groq", "openai/gpt-oss-120b", "low"),
        ("fireworks_ai", "gpt-oss-20b", "low"), ("together_ai", "openai/gpt-oss-20b", "low"),
        ("groq", "llama-3.3-70b-versatile", nil), ("groq", "qwen/qwen3-32b", "none"), ("groq", "new", "none"),
        ("xai", "grok-3-mini", "low"), ("xai", "grok-4", nil), ("xai", "grok-4-fast-reasoning", nil),
        ("xai", "grok-4.3", "none"), ("mistral", "magistral-medium-latest", nil),
        ("mistral", "mistral-large-latest", nil),
        ("mistral", "mistral-small-latest", "none"), ("hosted_vllm", "qwen3", "none"),
        ("openai", "gpt-5.5", "none"), ("openai", "gpt-6-sol", "none"), ("openai", "gpt-6-astra", "low"),
        ("openai", "gpt-6.1-sol", "low"), ("openai", "gpt-6.1-terra", "none"), ("mistral", "mistral-large-4-0", "none"),
        ("mistral", "mistral-medium-latest", "none"), ("mistral", "mistral-medium-3", "none"),
        ("mistral", "devstral-medium-latest", "none"), ("mistral", "devstral-small-2507", nil),
        ("mistral", "mistral-medium-2508", nil), ("mistral", "mistral-large-2512", nil),
        ("mistral", "zai-glm-5-3", "low"),
    ])
    func `not to think is the least that the model can be told`(
        _ provider: String, _ tag: String, _ word: String?
    ) throws {
        let expected = Self.effort(word)
        for asked in ["none", "disable", "minimal"] {
            // Where nothing is known of a model it gets the client's own word.
            let isOwn = asked == "minimal" && ["new", "qwen3"].contains(tag)
            #expect(
                try sent("\"reasoning_effort\":\"\(asked)\"", to: provider, tag)
                    == (isOwn ? Self.effort("minimal") : expected), "\(asked)")
        }
        for more in [
            #""reasoning":{"effort":"none"}"#, #""reasoning":{"enabled":false}"#, #""reasoning":{"max_tokens":0}"#,
        ] where provider != "together_ai" {
            #expect(try sent(more, to: provider, tag) == expected, "\(more)")
        }
        #expect(
            try sent("", to: provider, tag, defaults: ["reasoning_effort": .string("none")]) == expected)
        #expect(try sent(#""think":false,"stream":false"#, to: provider, tag, .ollamaChat) == expected)
    }

    @Test(arguments: [
        ("openai", "gpt-5", "minimal"), ("openai", "gpt-5.1", "none"), ("openai", "o3", "low"),
        ("openai", "gpt-4o", nil),
        ("azure", "prod-gpt-5", "minimal"), ("groq", "openai/gpt-oss-20b", "low"), ("groq", "qwen/qwen3-32b", "none"),
        ("xai", "grok-3-mini", "low"), ("xai", "grok-4", nil), ("mistral", "mistral-small-latest", "none"),
        ("mistral", "magistral-small-latest", nil), ("openrouter", "x", "none"),
    ])
    func `not to think is one meaning in all words`(_ provider: String, _ tag: String, _ word: String?) throws {
        let words = [
            #""thinking":{"type":"disabled"}"#, #""chat_template_kwargs":{"enable_thinking":false}"#,
            #""enable_thinking":false"#, #""thinking_budget":0"#,
        ]
        for more in words { #expect(try sent(more, to: provider, tag) == Self.effort(word), "\(more)") }
        #expect(try sent(words.joined(separator: ","), to: provider, tag) == Self.effort(word))
        let defaults: [String: JSONText] = ["enable_thinking": .bool(false)]
        #expect(try sent("", to: provider, tag, defaults: defaults) == Self.effort(word))
    }

    @Test func `the effort's own name counts before other words for it`() throws {
        let more = #""thinking":{"type":"disabled"},"reasoning_effort":"high""#
        #expect(try sent(more, to: "openai", "o3") == Self.effort("high"))
        #expect(
            try sent(#""thinking_budget":0"#, to: "openai", "o3", defaults: ["reasoning_effort": .string("high")])
                == Self.effort("low"))
        #expect(
            try sent(#""reasoning_effort":"high""#, to: "openai", "o3", defaults: ["enable_thinking": .bool(false)])
                == Self.effort("high"))
    }

    @Test func `providers with words of their own are told in them`() throws {
        for more in [#""enable_thinking":false"#, #""chat_template_kwargs":{"enable_thinking":false}"#] {
            #expect(try sent(more, to: "deepseek", "deepseek-chat") == #"{"thinking":{"type":"disabled"}}"#)
            #expect(try sent(more, to: "together_ai", "q") == #"{"reasoning":{"enabled":false}}"#)
            #expect(try sent(more, to: "hosted_vllm", "q") == "{\(more)}")
        }
        #expect(
            try sent(#""enable_thinking":true"#, to: "deepseek", "deepseek-chat")
                == #"{"thinking":{"type":"enabled"}}"#)
    }

    @Test func `a model that does not reason for it samples as asked`() throws {
        #expect(
            try sent(#""temperature":0,"enable_thinking":false"#, to: "openai", "gpt-5.5")
                == #"{"reasoning_effort":"none","temperature":0}"#)
        #expect(
            try sent(#""temperature":0,"reasoning_effort":"minimal""#, to: "openai", "gpt-5.1")
                == #"{"reasoning_effort":"none","temperature":0}"#)
    }

    @Test(arguments: [
        ("xai", "grok-4", "low", nil), ("groq", "llama-3.3-70b-versatile", "low", nil),
        ("mistral", "mistral-large-latest", "high", nil), ("xai", "grok-3-mini", "medium", "low"),
        ("openai", "o3", "max", "high"), ("openai", "gpt-5-pro", "low", "high"),
        ("mistral", "mistral-small-latest", "low", "high"),
    ])
    func `an effort that a model does not take goes as asked, or the next one where such may be dropped`(
        _ provider: String, _ tag: String, _ asked: String, _ word: String?
    ) throws {
        let more = "\"reasoning_effort\":\"\(asked)\""
        #expect(try sent(more, to: provider, tag) == "{\(more)}")
        #expect(try sent(more, to: provider, tag, drops: true) == Self.effort(word))
    }

    @Test func `another gateway is asked as the client asks`() throws {
        for word in ["none", "minimal", "max"] {
            #expect(
                try sent("\"reasoning_effort\":\"\(word)\"", to: "litellm_proxy", "gpt-oss-20b") == Self.effort(word))
        }
        for more in [#""reasoning":{"enabled":false}"#, #""enable_thinking":false"#] {
            #expect(try sent(more, to: "litellm_proxy", "gpt-oss-20b") == "{\(more)}")
        }
    }

    @Test func `Groq's Qwen has one word for all thinking`() throws {
        for asked in ["low", "medium", "high"] {
            #expect(
                try sent("\"reasoning_effort\":\"\(asked)\"", to: "groq", "qwen/qwen3-32b") == Self.effort("default"))
        }
    }
}
