/// The fields of a request that Drover acts on.
enum RequestField: UInt8, CaseIterable {
    // What is asked, of whom, how it is sent back.
    case model, messages, prompt, input, suffix, stream, streamOptions, encodingFormat, dimensions
    // How it is to be written.
    case temperature, topP, stop, seed, maxTokens, maxCompletionTokens, presencePenalty, frequencyPenalty
    case n, bestOf, echo, logprobs, topLogprobs, logitBias, responseFormat, modalities, audio, webSearchOptions
    case tools, toolChoice, functions, functionCall, reasoningEffort, reasoning
    // Ollama's own.
    case think, format, keepAlive, truncate, shift, raw, system, template, options
    // LiteLLM's own.
    case timeout, numRetries, dropParams
    // Known, may be given, changes nothing here and is never passed on.
    case ignored

    /// The name as clients write it.
    var name: StaticString {
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
        case .responseFormat: "response_format"
        case .modalities: "modalities"
        case .audio: "audio"
        case .webSearchOptions: "web_search_options"
        case .tools: "tools"
        case .toolChoice: "tool_choice"
        case .functions: "functions"
        case .functionCall: "function_call"
        case .reasoningEffort: "reasoning_effort"
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
        case .ignored: ""
        }
    }

    /// The field with this raw name (the inside of a JSON string); nil when Drover does not know it.
    static func named(_ raw: UnsafeRawBufferPointer) -> RequestField? {
        if let field = match(raw) { return field }
        guard raw.contains(0x5c) else { return nil }
        var name: [UInt8] = []
        JSONString.unescape(raw) { name.append(contentsOf: $0) }
        return name.withUnsafeBytes { match($0) }
    }

    /// By length first: a name costs one or two comparisons.
    @inline(__always)
    private static func match(_ name: UnsafeRawBufferPointer) -> RequestField? {
        switch name.count {
        case 1:
            if name.equals(RequestField.n.name) { return .n }
        case 3:
            if name.equals(RequestField.raw.name) { return .raw }
        case 4:
            if name.equals(RequestField.stop.name) { return .stop }
            if name.equals(RequestField.seed.name) { return .seed }
            if name.equals(RequestField.echo.name) { return .echo }
        case 5:
            if name.equals(RequestField.model.name) { return .model }
            if name.equals(RequestField.input.name) { return .input }
            if name.equals(RequestField.topP.name) { return .topP }
            if name.equals(RequestField.audio.name) { return .audio }
            if name.equals(RequestField.tools.name) { return .tools }
            if name.equals(RequestField.think.name) { return .think }
            if name.equals(RequestField.shift.name) { return .shift }
        case 6:
            if name.equals(RequestField.prompt.name) { return .prompt }
            if name.equals(RequestField.suffix.name) { return .suffix }
            if name.equals(RequestField.stream.name) { return .stream }
            if name.equals(RequestField.format.name) { return .format }
            if name.equals(RequestField.system.name) { return .system }
        case 7:
            if name.equals(RequestField.bestOf.name) { return .bestOf }
            if name.equals(RequestField.options.name) { return .options }
            if name.equals(RequestField.timeout.name) { return .timeout }
        case 8:
            if name.equals(RequestField.messages.name) { return .messages }
            if name.equals(RequestField.logprobs.name) { return .logprobs }
            if name.equals(RequestField.truncate.name) { return .truncate }
            if name.equals(RequestField.template.name) { return .template }
        case 9:
            if name.equals(RequestField.functions.name) { return .functions }
            if name.equals(RequestField.reasoning.name) { return .reasoning }
        case 10:
            if name.equals(RequestField.dimensions.name) { return .dimensions }
            if name.equals(RequestField.maxTokens.name) { return .maxTokens }
            if name.equals(RequestField.logitBias.name) { return .logitBias }
            if name.equals(RequestField.modalities.name) { return .modalities }
            if name.equals(RequestField.keepAlive.name) { return .keepAlive }
        case 11:
            if name.equals(RequestField.temperature.name) { return .temperature }
            if name.equals(RequestField.toolChoice.name) { return .toolChoice }
            if name.equals(RequestField.numRetries.name) { return .numRetries }
            if name.equals(RequestField.dropParams.name) { return .dropParams }
        case 12:
            if name.equals(RequestField.topLogprobs.name) { return .topLogprobs }
        case 13:
            if name.equals(RequestField.functionCall.name) { return .functionCall }
        case 14:
            if name.equals(RequestField.streamOptions.name) { return .streamOptions }
        case 15:
            if name.equals(RequestField.encodingFormat.name) { return .encodingFormat }
            if name.equals(RequestField.responseFormat.name) { return .responseFormat }
        case 16:
            if name.equals(RequestField.presencePenalty.name) { return .presencePenalty }
            if name.equals(RequestField.reasoningEffort.name) { return .reasoningEffort }
        case 17:
            if name.equals(RequestField.frequencyPenalty.name) { return .frequencyPenalty }
        case 18:
            if name.equals(RequestField.webSearchOptions.name) { return .webSearchOptions }
        case 21:
            if name.equals(RequestField.maxCompletionTokens.name) { return .maxCompletionTokens }
        default: break
        }
        return ignored(name)
    }

    private static func ignored(_ name: UnsafeRawBufferPointer) -> RequestField? {
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
    ]

    /// One bit each, for sets.
    @inline(__always)
    var bit: UInt64 { 1 << UInt64(rawValue) }
}
