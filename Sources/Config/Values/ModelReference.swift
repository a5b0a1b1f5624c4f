import Dialects

/// `litellm_params.model` taken apart: who answers, and the name it knows.
struct ModelReference: Equatable {
    /// Empty when it cannot be told.
    var provider: String
    var tag: String
    /// The provider as it is written, which may be another spelling of `provider`.
    var spelling: String
    /// The region a Bedrock model is written with: `bedrock/eu-central-1/…`, or in its ARN.
    var region: String?
    /// The text before the first slash where that is no provider.
    var strangePrefix: String?

    /// Providers whose dialect this release speaks.
    static let built = Set(Providers.all.map(\.name))

    /// Other spellings of those, as LiteLLM has them.
    private static let spellings = Dictionary(
        uniqueKeysWithValues: Providers.all.flatMap { provider in provider.spellings.map { ($0, provider.name) } })

    /// LiteLLM's provider prefixes, as far as users write them.
    static let known: [String] =
        Providers.all.map(\.name) + spellings.keys.sorted() + [
            "azure_ai", "sagemaker", "sagemaker_chat", "vertex_ai", "vertex_ai_beta", "palm", "cohere", "cohere_chat",
            "codestral", "text-completion-codestral", "huggingface", "replicate", "deepinfra", "perplexity", "anyscale",
            "nvidia_nim", "cerebras", "ai21", "ai21_chat", "nlp_cloud", "aleph_alpha", "watsonx", "watsonx_text",
            "databricks", "cloudflare", "vllm", "litellm_proxy", "xinference", "infinity", "voyage", "jina_ai",
            "github", "github_copilot", "friendliai", "volcengine", "moonshot", "dashscope", "novita", "sambanova",
            "triton", "petals", "oobabooga", "baseten", "predibase", "maritalk", "snowflake", "custom", "deepgram",
            "elevenlabs", "assemblyai", "aiml", "nebius", "featherless_ai", "meta_llama", "docker_model_runner",
            "hyperbolic", "lambda_ai", "nscale", "empower", "galadriel", "clarifai", "bytez", "v0", "morph", "oci",
            "vercel_ai_gateway", "zai", "minimax", "wandb", "heroku", "ovhcloud",
        ]

    /// Beginnings of names that LiteLLM knows without a prefix.
    private static let bareNames: [(beginning: String, provider: String)] =
        Providers.all.flatMap { provider in provider.bareNames.map { ($0, provider.name) } }
        + [("gemini-", "vertex_ai"), ("command-", "cohere_chat")]

    /// Reads the name; `custom` is `custom_llm_provider`.
    init(_ model: String, custom: String?) {
        let slash = model.firstIndex(of: "/")
        let prefix = slash.map { String(model[..<$0]) }
        let rest = slash.map { String(model[model.index(after: $0)...]) } ?? model
        if let custom {
            self.init(spelling: custom, tag: prefix == custom ? rest : model)
        } else if let prefix, Self.known.contains(prefix) {
            self.init(spelling: prefix, tag: rest)
        } else if let bare = Self.bareNames.first(where: { model.hasPrefix($0.beginning) }) {
            self.init(spelling: bare.provider, tag: model)
        } else {
            self.init(spelling: "", tag: model, strangePrefix: prefix)
        }
        if profile?.baseInRegion != nil { readRegion() }
    }

    private init(spelling: String, tag: String, strangePrefix: String? = nil) {
        self.provider = Self.spellings[spelling] ?? spelling
        self.tag = tag
        self.spelling = spelling
        self.strangePrefix = strangePrefix
    }

    /// What is known of the provider; nil for one that is not built.
    var profile: ProviderProfile? { Providers.named(provider) }

    /// LiteLLM's users choose Bedrock's route and region in the name: `converse/…`, `us-east-1/…`. There is one route
    /// here.
    private mutating func readRegion() {
        for route in ["converse/", "invoke/"] where tag.hasPrefix(route) { tag.removeFirst(route.count) }
        if tag.hasPrefix("arn:") {
            let parts = tag.split(separator: ":", omittingEmptySubsequences: false)
            if parts.count > 3, AWSRegion.isOne(parts[3]) { region = String(parts[3]) }
        } else if let slash = tag.firstIndex(of: "/"), AWSRegion.isOne(tag[..<slash]) {
            region = String(tag[..<slash])
            tag = String(tag[tag.index(after: slash)...])
        }
    }

    /// Advice in place of a model whose provider is not built, when there is any.
    var replacement: String? {
        switch provider {
        case "vertex_ai" where tag.hasPrefix("gemini-"), "vertex_ai_beta" where tag.hasPrefix("gemini-"):
            "gemini/\(tag)"
        case "vllm": "hosted_vllm/\(tag)"
        default: nil
        }
    }
}
