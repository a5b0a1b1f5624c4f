import Testing

@testable import Ledger

@Suite struct PriceTableTests {
    /// Provider, model as clients and configurations write it, the line that must be found.
    @Test(arguments: [
        ("openai", "gpt-4o", "gpt-4o"),
        ("openai", "GPT-4o", "gpt-4o"),
        ("openai", "gpt-4o-2024-08-06", "gpt-4o"),
        ("openai", "gpt-4o-2024-05-13", "gpt-4o-2024-05-13"),
        ("openai", "gpt-4o-2031-01-31", "gpt-4o"),
        ("openai", "gpt-4o-mini", "gpt-4o-mini"),
        ("openai", "gpt-4o-mini-2024-07-18", "gpt-4o-mini"),
        ("openai", "gpt-4o-audio-preview-2024-12-17", "gpt-4o-audio-preview"),
        ("openai", "ft:gpt-4o-mini-2024-07-18:acme::abc123", "ft:gpt-4o-mini"),
        ("openai", "o3-mini", "o3-mini"),
        ("azure", "gpt-4o", "gpt-4o"),
        ("azure", "gpt-35-turbo", "gpt-3.5-turbo"),
        ("azure", "phi-4", "phi-4"),
        ("anthropic", "claude-3-5-sonnet-20241022", "claude-3-5-sonnet"),
        ("anthropic", "claude-3-5-sonnet-latest", "claude-3-5-sonnet"),
        ("anthropic", "claude-sonnet-4-20250514", "claude-sonnet-4-0"),
        ("anthropic", "claude-sonnet-4-5-20250929", "claude-sonnet-4-5"),
        ("anthropic", "claude-haiku-5-5-20260901", "claude-haiku-5-5"),
        ("mistral", "mistral-large-latest", "mistral-large"),
        ("mistral", "mistral-large-2512", "mistral-large-2512"),
        ("mistral", "mistral-small", "mistral-small-latest"),
        (
            "bedrock", "us.anthropic.claude-3-5-sonnet-20241022-v2:0",
            "regional.anthropic.claude-3-5-sonnet-20241022-v2:0"
        ),
        ("bedrock", "anthropic.claude-3-haiku-20240307-v1:0", "regional.anthropic.claude-3-haiku-20240307-v1:0"),
        ("bedrock", "anthropic.claude-sonnet-4-6", "regional.anthropic.claude-sonnet-4-6-v1:0"),
        ("bedrock", "global.anthropic.claude-opus-4-5-20251101-v1:0", "global.anthropic.claude-opus-4-5-v1:0"),
        ("bedrock", "us.anthropic.claude-opus-4-5-20251101-v1:0", "regional.anthropic.claude-opus-4-5-v1:0"),
        ("bedrock", "converse/amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        ("bedrock", "eu.amazon.nova-lite-v1:0", "amazon.nova-lite-v1:0"),
        (
            "bedrock",
            "arn:aws:bedrock:eu-west-1:123456789012:inference-profile/eu.anthropic.claude-sonnet-4-5-20250929-v1:0",
            "regional.anthropic.claude-sonnet-4-5-20250929-v1:0"
        ),
        ("gemini", "gemini-2.5-pro", "gemini-2.5-pro"),
        ("gemini", "gemini-2.5-flash-latest", "gemini-2.5-flash"),
        ("vertex_ai", "claude-3-5-sonnet@20241022", "claude-3-5-sonnet"),
        ("groq", "llama-3.3-70b-versatile", "llama-3.3-70b-versatile"),
        ("groq", "openai/gpt-oss-120b", "openai/gpt-oss-120b"),
        ("deepseek", "deepseek-chat", "deepseek-chat"),
        ("together_ai", "meta-llama/Llama-3.3-70B-Instruct-Turbo", "meta-llama/Llama-3.3-70B-Instruct-Turbo"),
        ("fireworks_ai", "accounts/fireworks/models/gpt-oss-20b", "gpt-oss-20b"),
        ("xai", "grok-4", "grok-4-0709"),
        ("xai", "grok-4-latest", "grok-4-0709"),
        ("xai", "grok-code-fast-1", "grok-code-fast-1"),
        ("openrouter", "anthropic/claude-3.5-sonnet", "claude-3-5-sonnet"),
        ("openrouter", "x-ai/grok-4", "grok-4-0709"),
        ("openrouter", "mistralai/mistral-large-2512", "mistral-large-2512"),
    ])
    func `finds what people write`(provider: String, model: String, name: String) {
        #expect(PriceTable.published.find(provider: provider, model: model)?.name == name)
    }

    @Test(arguments: [
        ("openai", "gpt-5o"), ("openai", ""), ("openai", "gpt-4o-latest-and-greatest"), ("nobody", "gpt-4o"),
        ("ollama", "llama3.1:8b"), ("bedrock", "us."), ("bedrock", "anthropic.unheard-of-v1:0"),
        ("openrouter", "meta-llama/llama-3.3-70b-instruct"), ("openrouter", "gpt-4o"), ("openrouter", "openai/"),
        ("anthropic", "gpt-4o"), ("mistral", "mistral-large-2031"),
    ])
    func `knows no price of what it does not know`(provider: String, model: String) {
        #expect(PriceTable.published.find(provider: provider, model: model) == nil)
    }

    @Test func `OpenRouter's free variants cost nothing`() {
        let table = PriceTable.published
        #expect(table.find(provider: "openrouter", model: "meta-llama/llama-4-scout:free")?.price == .free)
        let model = table.find(provider: "openrouter", model: "anthropic/claude-3-haiku:free")
        #expect(model?.price == .free)
        #expect(model?.contextWindow == 200_000)
    }

    @Test func `among models that differ in their dates alone only one price counts`() {
        var table = PriceTable()
        func put(_ name: String, _ picodollars: Int64) {
            let rate = Money(picodollars: picodollars)
            table.put(
                ListedModel(provider: "p", name: name, price: Price(input: rate, output: rate), contextWindow: nil))
        }
        put("m-20250101", 1)
        put("m-20260101", 1)
        #expect(table.find(provider: "p", model: "m")?.price.input.picodollars == 1)
        put("m-20270101", 2)
        #expect(table.find(provider: "p", model: "m") == nil)
        #expect(table.find(provider: "p", model: "m-20260101")?.price.input.picodollars == 1)
        #expect(table.find(provider: "p", model: "m-20280101") == nil)
    }
}
