/// OpenAI's names of parameters.
extension Parameter {
    /// The name as OpenAI's clients write it.
    var openAIName: StaticString {
        switch self {
        case .model: "model"
        case .messages: "messages"
        case .prompt: "prompt"
        case .input: "input"
        case .suffix: "suffix"
        case .stream: "stream"
        case .streamOptions: "stream_options"
        case .encodingFormat: "encoding_format"
        case .dimensions: "dimensions"
        case .temperature: "temperature"
        case .topP: "top_p"
        case .stop: "stop"
        case .seed: "seed"
        case .maxTokens: "max_tokens"
        case .maxCompletionTokens: "max_completion_tokens"
        case .presencePenalty: "presence_penalty"
        case .frequencyPenalty: "frequency_penalty"
        case .n: "n"
        case .bestOf: "best_of"
        case .echo: "echo"
        case .logprobs: "logprobs"
        case .topLogprobs: "top_logprobs"
        case .logitBias: "logit_bias"
        case .answerFormat: "response_format"
        case .modalities: "modalities"
        case .audio: "audio"
        case .webSearch: "web_search_options"
        case .tools: "tools"
        case .toolChoice: "tool_choice"
        case .functions: "functions"
        case .functionCall: "function_call"
        case .effort: "reasoning_effort"
        case .reasoning: "reasoning"
        case .think: "think"
        case .format: "format"
        case .keepAlive: "keep_alive"
        case .truncate: "truncate"
        case .shift: "shift"
        case .raw: "raw"
        case .system: "system"
        case .template: "template"
        case .options: "options"
        case .timeout: "timeout"
        case .numRetries: "num_retries"
        case .dropParams: "drop_params"
        case .user: "user"
        case .parallelToolCalls: "parallel_tool_calls"
        case .ignored: ""
        }
    }

    /// The parameter with this raw name (the inside of a JSON string); nil when Drover does not know it.
    static func named(_ raw: UnsafeRawBufferPointer) -> Parameter? {
        if let field = match(raw) { return field }
        guard raw.contains(0x5c) else { return nil }
        var name: [UInt8] = []
        JSONString.unescape(raw) { name.append(contentsOf: $0) }
        return name.withUnsafeBytes { match($0) }
    }

    /// By length first: a name costs one or two comparisons.
    @inline(__always)
    private static func match(_ name: UnsafeRawBufferPointer) -> Parameter? {
        switch name.count {
        case 1:
            if name.equals(Parameter.n.openAIName) { return .n }
        case 3:
            if name.equals(Parameter.raw.openAIName) { return .raw }
        case 4:
            if name.equals(Parameter.stop.openAIName) { return .stop }
            if name.equals(Parameter.seed.openAIName) { return .seed }
            if name.equals(Parameter.echo.openAIName) { return .echo }
        case 5:
            if name.equals(Parameter.model.openAIName) { return .model }
            if name.equals(Parameter.input.openAIName) { return .input }
            if name.equals(Parameter.topP.openAIName) { return .topP }
            if name.equals(Parameter.audio.openAIName) { return .audio }
            if name.equals(Parameter.tools.openAIName) { return .tools }
            if name.equals(Parameter.think.openAIName) { return .think }
            if name.equals(Parameter.shift.openAIName) { return .shift }
        case 6:
            if name.equals(Parameter.prompt.openAIName) { return .prompt }
            if name.equals(Parameter.suffix.openAIName) { return .suffix }
            if name.equals(Parameter.stream.openAIName) { return .stream }
            if name.equals(Parameter.format.openAIName) { return .format }
            if name.equals(Parameter.system.openAIName) { return .system }
        case 7:
            if name.equals(Parameter.bestOf.openAIName) { return .bestOf }
            if name.equals(Parameter.options.openAIName) { return .options }
            if name.equals(Parameter.timeout.openAIName) { return .timeout }
        case 8:
            if name.equals(Parameter.messages.openAIName) { return .messages }
            if name.equals(Parameter.logprobs.openAIName) { return .logprobs }
            if name.equals(Parameter.truncate.openAIName) { return .truncate }
            if name.equals(Parameter.template.openAIName) { return .template }
        case 9:
            if name.equals(Parameter.functions.openAIName) { return .functions }
            if name.equals(Parameter.reasoning.openAIName) { return .reasoning }
        case 10:
            if name.equals(Parameter.dimensions.openAIName) { return .dimensions }
            if name.equals(Parameter.maxTokens.openAIName) { return .maxTokens }
            if name.equals(Parameter.logitBias.openAIName) { return .logitBias }
            if name.equals(Parameter.modalities.openAIName) { return .modalities }
            if name.equals(Parameter.keepAlive.openAIName) { return .keepAlive }
        case 11:
            if name.equals(Parameter.temperature.openAIName) { return .temperature }
            if name.equals(Parameter.toolChoice.openAIName) { return .toolChoice }
            if name.equals(Parameter.numRetries.openAIName) { return .numRetries }
            if name.equals(Parameter.dropParams.openAIName) { return .dropParams }
        case 12:
            if name.equals(Parameter.topLogprobs.openAIName) { return .topLogprobs }
        case 13:
            if name.equals(Parameter.functionCall.openAIName) { return .functionCall }
        case 14:
            if name.equals(Parameter.streamOptions.openAIName) { return .streamOptions }
        case 15:
            if name.equals(Parameter.encodingFormat.openAIName) { return .encodingFormat }
            if name.equals(Parameter.answerFormat.openAIName) { return .answerFormat }
        case 16:
            if name.equals(Parameter.presencePenalty.openAIName) { return .presencePenalty }
            if name.equals(Parameter.effort.openAIName) { return .effort }
        case 17:
            if name.equals(Parameter.frequencyPenalty.openAIName) { return .frequencyPenalty }
        case 18:
            if name.equals(Parameter.webSearch.openAIName) { return .webSearch }
        case 21:
            if name.equals(Parameter.maxCompletionTokens.openAIName) { return .maxCompletionTokens }
        default: break
        }
        return ignored(name)
    }

    private static func ignored(_ name: UnsafeRawBufferPointer) -> Parameter? {
        if name.starts(with: "litellm_") || name.starts(with: "mock_") { return .ignored }
        return ignoredNames.contains { name.equals($0) } ? .ignored : nil
    }

    /// OpenAI's fields that ask nothing of the answer, then LiteLLM's that a client may not set here or need not.
    private static let ignoredNames: [StaticString] = [
        "user", "store", "metadata", "service_tier", "parallel_tool_calls", "prediction", "safety_identifier",
        "prompt_cache_key", "prompt_cache_retention", "verbosity",
        "tags", "fallbacks", "disable_fallbacks", "context_window_fallbacks", "content_policy_fallbacks",
        "stream_timeout", "request_timeout", "max_retries", "api_key", "api_base", "base_url", "api_version",
        "custom_llm_provider", "extra_headers", "extra_body", "extra_query", "caching", "cache", "guardrails", "no-log",
        "allowed_openai_params", "additional_drop_params", "model_info", "input_type",
        // What a whole conversation says of the response that it goes on from.
        "continued_response_id",
    ]

    /// Whether it is one of the fields that say where a request may go, or for how long, which the gateway reads.
    static func isWish(_ name: UnsafeRawBufferPointer) -> Bool {
        wishes.contains { name.equals($0) } || unread(name) != nil
    }

    private static let wishes: [StaticString] = [
        "tags", "metadata", "fallbacks", "disable_fallbacks", "extra_body", "stream_timeout",
    ]

    /// Those that ask nothing of most upstreams and go unchecked, but are looked at by some.
    static func unread(_ name: UnsafeRawBufferPointer) -> Parameter? {
        if name.equals("user") { return .user }
        return name.equals("parallel_tool_calls") ? .parallelToolCalls : nil
    }

    /// What to do instead of asking for it, where it cannot be had.
    var openAIAdvice: String {
        switch self {
        case .n, .bestOf: "send one request for each answer"
        case .functions, .functionCall: "use `tools` and `tool_choice`"
        case .audio, .modalities: "ask for text"
        default: "leave it out"
        }
    }
}
