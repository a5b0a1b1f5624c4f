/// Every provider there is. A new one that speaks a known dialect is one line here.
public enum Providers {
    /// In the order in which they are listed to people.
    public static let all: [ProviderProfile] = [
        .ollama,
        ProviderProfile(
            "openai", .openAI, base: "https://api.openai.com/v1",
            baseVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE"], keyVariables: ["OPENAI_API_KEY"], needsKey: true),
        ProviderProfile(
            "anthropic", .anthropic, base: "https://api.anthropic.com",
            baseVariables: ["ANTHROPIC_API_BASE", "ANTHROPIC_BASE_URL"], keyVariables: ["ANTHROPIC_API_KEY"],
            needsKey: true),
        ProviderProfile(
            "azure", .openAI, base: nil, baseVariables: ["AZURE_API_BASE"],
            keyVariables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"], needsKey: true),
        ProviderProfile(
            "mistral", .openAI, base: "https://api.mistral.ai/v1",
            baseVariables: ["MISTRAL_AZURE_API_BASE", "MISTRAL_API_BASE"],
            keyVariables: ["MISTRAL_AZURE_API_KEY", "MISTRAL_API_KEY"], needsKey: true),
        ProviderProfile("bedrock", .bedrock, base: nil, keyVariables: [], needsKey: false),
        ProviderProfile(
            "gemini", .gemini, base: "https://generativelanguage.googleapis.com/v1beta",
            keyVariables: ["GOOGLE_API_KEY", "GEMINI_API_KEY"], needsKey: true),
        ProviderProfile(
            "hosted_vllm", .openAI, base: nil, baseVariables: ["HOSTED_VLLM_API_BASE"],
            keyVariables: ["HOSTED_VLLM_API_KEY"], needsKey: false, probe: .models),
        ProviderProfile(
            "llamafile", .openAI, base: "http://127.0.0.1:8080/v1", baseVariables: ["LLAMAFILE_API_BASE"],
            keyVariables: ["LLAMAFILE_API_KEY"], needsKey: false, probe: .models),
        ProviderProfile(
            "lm_studio", .openAI, base: "http://localhost:1234/v1", baseVariables: ["LM_STUDIO_API_BASE"],
            keyVariables: ["LM_STUDIO_API_KEY"], needsKey: false, probe: .models),
        ProviderProfile(
            "openrouter", .openAI, base: "https://openrouter.ai/api/v1", baseVariables: ["OPENROUTER_API_BASE"],
            keyVariables: ["OPENROUTER_API_KEY", "OR_API_KEY"], needsKey: true),
        ProviderProfile(
            "groq", .openAI, base: "https://api.groq.com/openai/v1", baseVariables: ["GROQ_API_BASE"],
            keyVariables: ["GROQ_API_KEY"], needsKey: true),
        ProviderProfile(
            "deepseek", .openAI, base: "https://api.deepseek.com/beta", baseVariables: ["DEEPSEEK_API_BASE"],
            keyVariables: ["DEEPSEEK_API_KEY"], needsKey: true),
        ProviderProfile(
            "together_ai", .openAI, base: "https://api.together.ai/v1", baseVariables: ["TOGETHER_AI_API_BASE"],
            keyVariables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY"], needsKey: true),
        ProviderProfile(
            "fireworks_ai", .openAI, base: "https://api.fireworks.ai/inference/v1",
            baseVariables: ["FIREWORKS_API_BASE"],
            keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"],
            needsKey: true),
        ProviderProfile(
            "xai", .openAI, base: "https://api.x.ai/v1", baseVariables: ["XAI_API_BASE"],
            keyVariables: ["XAI_API_KEY"], needsKey: true),
        ProviderProfile(
            "litellm_proxy", .openAI, base: nil, baseVariables: ["LITELLM_PROXY_API_BASE"],
            keyVariables: ["LITELLM_PROXY_API_KEY"], needsKey: false),
    ]

    /// The provider of this name.
    public static func named(_ name: String) -> ProviderProfile? { byName[name] }

    private static let byName = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })
}

extension ProviderProfile {
    /// What a pool is made of as a rule.
    public static let ollama = ProviderProfile(
        "ollama", .ollama, base: "http://localhost:11434", baseVariables: ["OLLAMA_API_BASE"],
        keyVariables: ["OLLAMA_API_KEY"], needsKey: false, probe: .ollama)
}
