/// Who speaks like OpenAI. A new one is a row here; where it differs, see `OpenAIQuirks+Table.swift`.
extension OpenAIBack {
    static let providers: [ProviderProfile] = [
        ProviderProfile(
            "openai", OpenAIBack.self, base: "https://api.openai.com/v1",
            baseVariables: ["OPENAI_BASE_URL", "OPENAI_API_BASE"], keyVariables: ["OPENAI_API_KEY"], needsKey: true
        ) {
            $0.spellings = ["openai_like", "custom_openai", "text-completion-openai"]
            $0.bareNames = [
                "gpt-", "chatgpt-", "o1", "o3", "o4-", "text-embedding-", "ft:gpt-", "davinci-", "babbage-", "dall-e-",
                "whisper-", "tts-",
            ]
            $0.organizationVariables = ["OPENAI_ORGANIZATION"]
        },
        ProviderProfile(
            "azure", OpenAIBack.self, base: nil, baseVariables: ["AZURE_API_BASE"],
            keyVariables: ["AZURE_OPENAI_API_KEY", "AZURE_API_KEY"], needsKey: true
        ) {
            $0.spellings = ["azure_text"]
            $0.tokenVariables = ["AZURE_AD_TOKEN"]
            $0.versionVariables = ["AZURE_API_VERSION"]
            // LiteLLM's own default, since older ones lack fields that today's models need.
            $0.defaultVersion = "2025-02-01-preview"
        },
        ProviderProfile(
            "mistral", OpenAIBack.self, base: "https://api.mistral.ai/v1",
            baseVariables: ["MISTRAL_AZURE_API_BASE", "MISTRAL_API_BASE"],
            keyVariables: ["MISTRAL_AZURE_API_KEY", "MISTRAL_API_KEY"], needsKey: true),
        ProviderProfile(
            "hosted_vllm", OpenAIBack.self, base: nil, baseVariables: ["HOSTED_VLLM_API_BASE"],
            keyVariables: ["HOSTED_VLLM_API_KEY"], needsKey: false, probe: .models
        ) { $0.keepsModels = true },
        ProviderProfile(
            "llamafile", OpenAIBack.self, base: "http://127.0.0.1:8080/v1", baseVariables: ["LLAMAFILE_API_BASE"],
            keyVariables: ["LLAMAFILE_API_KEY"], needsKey: false, probe: .models, tags: .any
        ) { $0.keepsModels = true },
        ProviderProfile(
            "lm_studio", OpenAIBack.self, base: "http://localhost:1234/v1", baseVariables: ["LM_STUDIO_API_BASE"],
            keyVariables: ["LM_STUDIO_API_KEY"], needsKey: false, probe: .models),
        ProviderProfile(
            "openrouter", OpenAIBack.self, base: "https://openrouter.ai/api/v1", baseVariables: ["OPENROUTER_API_BASE"],
            keyVariables: ["OPENROUTER_API_KEY", "OR_API_KEY"], needsKey: true),
        ProviderProfile(
            "groq", OpenAIBack.self, base: "https://api.groq.com/openai/v1", baseVariables: ["GROQ_API_BASE"],
            keyVariables: ["GROQ_API_KEY"], needsKey: true),
        ProviderProfile(
            "deepseek", OpenAIBack.self, base: "https://api.deepseek.com/beta", baseVariables: ["DEEPSEEK_API_BASE"],
            keyVariables: ["DEEPSEEK_API_KEY"], needsKey: true),
        ProviderProfile(
            "together_ai", OpenAIBack.self, base: "https://api.together.ai/v1", baseVariables: ["TOGETHER_AI_API_BASE"],
            keyVariables: ["TOGETHER_API_KEY", "TOGETHER_AI_API_KEY", "TOGETHERAI_API_KEY"], needsKey: true),
        ProviderProfile(
            "fireworks_ai", OpenAIBack.self, base: "https://api.fireworks.ai/inference/v1",
            baseVariables: ["FIREWORKS_API_BASE"],
            keyVariables: ["FIREWORKS_API_KEY", "FIREWORKS_AI_API_KEY", "FIREWORKSAI_API_KEY", "FIREWORKS_AI_TOKEN"],
            needsKey: true),
        ProviderProfile(
            "xai", OpenAIBack.self, base: "https://api.x.ai/v1", baseVariables: ["XAI_API_BASE"],
            keyVariables: ["XAI_API_KEY"], needsKey: true),
        ProviderProfile(
            "litellm_proxy", OpenAIBack.self, base: nil, baseVariables: ["LITELLM_PROXY_API_BASE"],
            keyVariables: ["LITELLM_PROXY_API_KEY"], needsKey: false),
    ]
}
