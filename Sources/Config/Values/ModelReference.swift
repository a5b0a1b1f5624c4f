/// `litellm_params.model` taken apart: who answers, and the name it knows.
struct ModelReference: Equatable {
    /// Empty when it cannot be told.
    var provider: String
    var tag: String
    /// What stands before the first slash and is no provider.
    var strangePrefix: String?

    /// Providers whose dialect this release speaks.
    static let built: Set<String> = ["ollama"]

    /// LiteLLM's provider prefixes, as far as users write them.
    static let known: [String] = [
        "ollama", "ollama_chat", "openai", "azure", "azure_ai", "anthropic", "bedrock", "bedrock_converse", "sagemaker",
        "sagemaker_chat", "vertex_ai", "vertex_ai_beta", "gemini", "palm", "cohere", "cohere_chat", "mistral",
        "codestral", "text-completion-codestral", "groq", "together_ai", "openrouter", "huggingface", "replicate",
        "deepinfra", "deepseek", "fireworks_ai", "perplexity", "anyscale", "xai", "nvidia_nim", "cerebras", "ai21",
        "ai21_chat", "nlp_cloud", "aleph_alpha", "watsonx", "watsonx_text", "databricks", "cloudflare", "hosted_vllm",
        "vllm", "openai_like", "custom_openai", "text-completion-openai", "litellm_proxy", "lm_studio", "llamafile",
        "xinference", "infinity", "voyage", "jina_ai", "github", "github_copilot", "friendliai", "volcengine",
        "moonshot", "dashscope", "novita", "sambanova", "triton", "petals", "oobabooga", "baseten", "predibase",
        "maritalk", "snowflake", "custom", "deepgram", "elevenlabs", "assemblyai", "aiml", "nebius", "featherless_ai",
        "meta_llama", "docker_model_runner", "hyperbolic", "lambda_ai", "nscale", "empower", "galadriel", "clarifai",
        "bytez", "v0", "morph", "oci", "vercel_ai_gateway", "zai", "minimax", "wandb", "heroku", "ovhcloud",
    ]

    /// Beginnings of names that LiteLLM knows without a prefix.
    private static let bareNames: [(beginning: String, provider: String)] = [
        ("gpt-", "openai"), ("chatgpt-", "openai"), ("o1", "openai"), ("o3", "openai"), ("o4-", "openai"),
        ("text-embedding-", "openai"), ("ft:gpt-", "openai"), ("davinci-", "openai"), ("babbage-", "openai"),
        ("dall-e-", "openai"), ("whisper-", "openai"), ("tts-", "openai"), ("claude-", "anthropic"),
        ("gemini-", "vertex_ai"), ("command-", "cohere_chat"),
    ]

    /// Where a provider answers when no `api_base` is written; Ollama's depends on the environment.
    static let defaultBases = ["openai": "https://api.openai.com", "anthropic": "https://api.anthropic.com"]

    /// Reads the name; `custom` is `custom_llm_provider`.
    init(_ model: String, custom: String?) {
        let slash = model.firstIndex(of: "/")
        let prefix = slash.map { String(model[..<$0]) }
        let rest = slash.map { String(model[model.index(after: $0)...]) } ?? model
        if let custom {
            self.init(provider: Self.merged(custom), tag: prefix == custom ? rest : model)
        } else if let prefix, Self.known.contains(prefix) {
            self.init(provider: Self.merged(prefix), tag: rest)
        } else if let bare = Self.bareNames.first(where: { model.hasPrefix($0.beginning) }) {
            self.init(provider: bare.provider, tag: model)
        } else {
            self.init(provider: "", tag: model, strangePrefix: prefix)
        }
    }

    private init(provider: String, tag: String, strangePrefix: String? = nil) {
        self.provider = provider
        self.tag = tag
        self.strangePrefix = strangePrefix
    }

    /// `ollama/` and `ollama_chat/` are one: both speak to `/api/chat`.
    private static func merged(_ provider: String) -> String { provider == "ollama_chat" ? "ollama" : provider }
}
