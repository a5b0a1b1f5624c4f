/// What is known of each provider. Sources: the providers' references, their SDKs, and LiteLLM 1.106.
extension OpenAIQuirks {
    /// The quirks of the provider of this name; one that is not listed is taken for a plain compatible one.
    static func of(_ provider: String) -> OpenAIQuirks {
        switch provider {
        case "openai": openAI
        case "azure": azure
        case "mistral": mistral
        case "groq": groq
        case "deepseek": deepSeek
        case "xai": xAI
        case "together_ai": together
        case "fireworks_ai": fireworks
        case "openrouter": openRouter
        case "litellm_proxy": proxy
        case "hosted_vllm": vLLM
        case "lm_studio": lmStudio
        default: llamaServer
        }
    }

    /// OpenAI's fields for more than text.
    private static let beyondText = Parameter.bits([.modalities, .audio, .webSearch])
    /// What `tools` and `tool_choice` have replaced.
    private static let oldCalls = Parameter.bits([.functions, .functionCall])
    /// Fields with which only OpenAI itself does something.
    private static let openAIOnly: [StaticString] = [
        "store", "verbosity", "safety_identifier", "prompt_cache_key", "prompt_cache_retention", "prediction",
    ]

    private static let ollamas: [(way: Sampling, name: StaticString)] = [Sampling.topK, .minP, .repeatPenalty].map {
        ($0, $0.name)
    }
    private static let vLLMs: [(way: Sampling, name: StaticString)] = [
        (.topK, Sampling.topK.name), (.minP, Sampling.minP.name), (.repeatPenalty, Sampling.repetitionPenalty),
    ]
    /// llama.cpp: tools/server/README.md, `POST /completion`, whose options its chats take too.
    private static let llamas: [(way: Sampling, name: StaticString)] = Sampling.allCases.map {
        ($0, $0 == .penalizeNewline ? Sampling.penalizeNL : $0.name)
    }

    /// Servers of one's own that are llama.cpp inside.
    static let llamaServer: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = llamas
        quirks.messages = [.compatible, .namesReasoningContent]
        return quirks
    }()

    /// Source: lmstudio.ai, "OpenAI Compatibility Endpoints", Supported payload parameters.
    static let lmStudio: OpenAIQuirks = {
        var quirks = llamaServer
        quirks.sampling = ollamas
        return quirks
    }()

    /// A server of one's own that is called by OpenAI's name, and may have any of its routes. Few have all of `/responses`, and every
    /// one has chats.
    static let ownServer: OpenAIQuirks = {
        var quirks = llamaServer
        // It may be vLLM or SGLang as well.
        quirks.sampling += [(.repeatPenalty, Sampling.repetitionPenalty)]
        return quirks
    }()

    static let vLLM: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = vLLMs
        return quirks
    }()

    static let openAI: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.lacks = []
        quirks.refusedExtras = ["thinking"]
        quirks.metadata = .withStore
        quirks.messages = [.dropsReasoning, .dropsGatewayFields, .dropsCacheControl]
        quirks.models = .openAI
        return quirks
    }()

    static let azure: OpenAIQuirks = {
        var quirks = openAI
        quirks.addresses = .azure
        return quirks
    }()

    static let mistral: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.lacks = [.responses, .completions]
        quirks.limit = "max_tokens"
        quirks.knowsStreamOptions = false
        quirks.refused = beyondText | oldCalls | Parameter.logitBias.bit
        quirks.refusedExtras = ["thinking"]
        quirks.unknown = ["user", "store", "verbosity", "safety_identifier", "prompt_cache_retention"]
        quirks.renames = [(.seed, "random_seed"), (.dimensions, "output_dimension")]
        quirks.required = "any"
        quirks.fillsToolParameters = true
        quirks.messages = .mistral
        return quirks
    }()

    static let groq: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.lacks = [.responses, .completions, .embeddings]
        quirks.refused =
            beyondText | Parameter.bits([.n, .logitBias, .logprobs, .topLogprobs])
        quirks.refusedExtras = ["thinking"]
        quirks.unknown = openAIOnly
        quirks.messages = [.compatible, .dropsReasoningContent, .dropsNames, .dropsNulls]
        return quirks
    }()

    static let deepSeek: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.lacks = [.responses, .embeddings]
        quirks.limit = "max_tokens"
        quirks.refused = beyondText | oldCalls | Parameter.bits([.n, .logitBias])
        quirks.unknown = openAIOnly
        quirks.effort = .thinking
        quirks.messages = [.compatible, .joinsText, .namesReasoningContent]
        return quirks
    }()

    static let xAI: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.limit = "max_tokens"
        quirks.refused = beyondText | oldCalls
        quirks.refusedExtras = ["thinking"]
        quirks.unknown = openAIOnly + ["service_tier"]
        quirks.dropsStrict = true
        quirks.messages = [.compatible, .dropsNames]
        return quirks
    }()

    static let together: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = vLLMs
        quirks.limit = "max_tokens"
        quirks.refused = beyondText | Parameter.functions.bit
        quirks.refusedExtras = ["thinking"]
        quirks.unknown = openAIOnly
        quirks.effort = .together
        quirks.takesReasoning = true
        return quirks
    }()

    static let fireworks: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = vLLMs
        quirks.limit = "max_tokens"
        quirks.refused = beyondText | oldCalls
        quirks.unknown = ["store", "verbosity", "safety_identifier", "prompt_cache_retention"]
        quirks.required = "any"
        quirks.dropsStrict = true
        quirks.models = .fireworks
        return quirks
    }()

    static let openRouter: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = vLLMs
        quirks.effort = .upToXHigh
        quirks.takesReasoning = true
        // Anthropic's and Google's models behind it read `cache_control`.
        quirks.messages = [.dropsGatewayFields, .developerIsSystem]
        return quirks
    }()

    /// Another gateway of this kind: it knows what its own providers take.
    static let proxy: OpenAIQuirks = {
        var quirks = OpenAIQuirks()
        quirks.sampling = ollamas
        quirks.takesReasoning = true
        quirks.isGateway = true
        quirks.metadata = .always
        quirks.messages = []
        return quirks
    }()

    /// What single models of a provider do not take beside.
    func refused(by tag: String, of provider: String) -> UInt64 {
        if models == .openAI { return ModelTable.openAI(named: tag) }
        return provider == "xai" ? ModelTable.grok(tag) : 0
    }
}
