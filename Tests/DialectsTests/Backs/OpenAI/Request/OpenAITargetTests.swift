import Dialects
import Foundation
import Testing

@Suite struct OpenAITargetTests {
    private static func sent(
        _ provider: String, tag: String = "m", prefix: String, host: String = "h", account: UpstreamAccount? = nil,
        _ front: Front = .openAIChat
    ) throws -> OpenAISent {
        let target = OpenAIFixture.target(
            provider, tag: tag, prefix: prefix, host: host, account: account ?? UpstreamAccount(apiKey: "KEY"))
        switch front {
        case .openAIChat, .ollamaChat, .anthropicMessages: return try OpenAISent(Fixture.chat(), to: target)
        case .openAICompletions, .ollamaGenerate, .ollamaEmbeddings:
            return try OpenAISent(#"{"model":"m","prompt":"x"}"#, front, to: target)
        case .openAIEmbeddings, .openAIResponses, .ollamaEmbed:
            return try OpenAISent(#"{"model":"m","input":"x"}"#, front, to: target)
        }
    }

    @Test(arguments: [
        ("openai", "h", "", "/v1"), ("openai", "h", "/v1", "/v1"), ("openai", "h", "/v1/", "/v1"),
        ("openai", "h", "/v1/chat/completions", "/v1"), ("openai", "h", "/proxy/openai", "/proxy/openai"),
        ("hosted_vllm", "h", "", "/v1"), ("hosted_vllm", "h", "/v1", "/v1"), ("lm_studio", "h", "", "/v1"),
        ("groq", "api.groq.com", "", "/openai/v1"), ("groq", "h", "", "/v1"),
        ("openrouter", "openrouter.ai", "", "/api/v1"), ("fireworks_ai", "api.fireworks.ai:443", "", "/inference/v1"),
        ("deepseek", "api.deepseek.com", "", "/beta"), ("deepseek", "api.deepseek.com", "/v1", "/v1"),
        ("mistral", "h", "/proxy", "/proxy/v1"), ("mistral", "h", "", "/v1"),
    ])
    func `finds the routes behind a base URL as people write it`(
        _ provider: String, _ host: String, _ prefix: String, _ base: String
    ) throws {
        #expect(try Self.sent(provider, prefix: prefix, host: host).path == base + "/chat/completions")
    }

    @Test func `has a route for each kind of request`() throws {
        #expect(try Self.sent("openai", prefix: "", .openAICompletions).path == "/v1/completions")
        #expect(try Self.sent("openai", prefix: "", .openAIEmbeddings).path == "/v1/embeddings")
        let azure = "/openai/deployments/m"
        let query = "?api-version=2025-02-01-preview"
        #expect(try Self.sent("azure", prefix: "", .openAICompletions).path == azure + "/completions" + query)
        #expect(try Self.sent("azure", prefix: "", .openAIEmbeddings).path == azure + "/embeddings" + query)
    }

    @Test(arguments: [
        ("", "2024-10-21", "my gpt/4", "/openai/deployments/my%20gpt%2F4/chat/completions?api-version=2024-10-21"),
        ("/openai", "2024-10-21", "m", "/openai/deployments/m/chat/completions?api-version=2024-10-21"),
        ("", nil, "o_series/m", "/openai/deployments/m/chat/completions?api-version=2025-02-01-preview"),
        ("/openai/deployments/x", "2024-10-21", "m", "/openai/deployments/x/chat/completions?api-version=2024-10-21"),
        ("/openai/v1", nil, "m", "/openai/v1/chat/completions"), ("", "preview", "m", "/openai/v1/chat/completions"),
        ("/openai", "v1", "m", "/openai/v1/chat/completions"), ("/p", "latest", "m", "/p/openai/v1/chat/completions"),
    ])
    func `finds Azure's addresses, old and new`(
        _ prefix: String, _ version: String?, _ tag: String, _ path: String
    ) throws {
        var account = UpstreamAccount(apiKey: "KEY")
        account.apiVersion = version
        let sent = try Self.sent("azure", tag: tag, prefix: prefix, account: account)
        #expect(sent.path == path)
        #expect(sent.body.contains("\"model\"") == path.contains("/openai/v1"))
    }

    @Test(arguments: [
        ("openai", "", nil, "/v1/responses"), ("azure", "", nil, "/openai/v1/responses"),
        ("azure", "/openai", "2025-04-01-preview", "/openai/responses?api-version=2025-04-01-preview"),
        ("azure", "/openai/deployments/x", "2025-04-01-preview", "/openai/responses?api-version=2025-04-01-preview"),
        ("azure", "", "preview", "/openai/v1/responses"),
    ])
    func `finds the Responses API, which names the model in the body`(
        _ provider: String, _ prefix: String, _ version: String?, _ path: String
    ) throws {
        var account = UpstreamAccount(apiKey: "KEY")
        account.apiVersion = version
        let sent = try Self.sent(provider, prefix: prefix, account: account, .openAIResponses)
        #expect(sent.path == path)
        #expect(sent.body == #"{"model":"m","input":"x"}"#)
    }

    @Test func `says who calls`() throws {
        var account = UpstreamAccount(apiKey: "KEY\r\n")
        account.organization = "org-1"
        account.headers = [("X-Title", "drover")]
        let sent = try Self.sent("openai", prefix: "", account: account)
        #expect(sent.header("authorization") == "Bearer KEY")
        #expect(sent.header("openai-organization") == "org-1")
        #expect(sent.header("x-title") == "drover")
        #expect(sent.header("user-agent") == "drover/0.1.0")
        #expect(sent.header("host") == "h")
        #expect(sent.header("content-type") == "application/json")
    }

    @Test func `gives Azure the key or the token`() throws {
        var account = UpstreamAccount(apiKey: "KEY")
        var sent = try Self.sent("azure", prefix: "", account: account)
        #expect(sent.header("api-key") == "KEY")
        #expect(sent.header("authorization") == nil)
        account.adToken = "TOKEN"
        sent = try Self.sent("azure", prefix: "", account: account)
        #expect(sent.header("api-key") == nil)
        #expect(sent.header("authorization") == "Bearer TOKEN")
    }

    @Test func `lets an operator's headers win, and asks for no key without one`() throws {
        var account = UpstreamAccount(apiKey: "KEY")
        account.headers = [("Authorization", "Basic x")]
        let sent = try Self.sent("openai", prefix: "", account: account)
        #expect(sent.head.components(separatedBy: "uthorization").count == 2)
        #expect(sent.header("authorization") == "Basic x")
        #expect(try Self.sent("hosted_vllm", prefix: "", account: UpstreamAccount()).header("authorization") == nil)
    }

    @Test(arguments: [
        ("llama-v3p1-8b", "accounts/fireworks/models/llama-v3p1-8b"), ("accounts/me/models/x", "accounts/me/models/x"),
        ("models/x", "accounts/fireworks/models/x"), ("auto", "accounts/fireworks/routers/auto"),
        ("kimi-fast", "accounts/fireworks/routers/kimi-fast"), ("a#b", "a#b"),
    ])
    func `gives Fireworks' models their whole name`(_ tag: String, _ model: String) throws {
        let sent = try Self.sent("fireworks_ai", tag: tag, prefix: "/inference/v1")
        #expect(sent.body.contains("\"model\":\"\(model)\""))
    }

    @Test func `knows every provider's base and keys`() {
        for profile in Providers.all where profile.dialect == .openAI {
            #expect(profile.base.map { !$0.hasSuffix("/") } ?? true)
            #expect(!profile.keyVariables.isEmpty)
        }
        #expect(Providers.named("litellm_proxy")?.keyVariables == ["LITELLM_PROXY_API_KEY"])
    }
}
