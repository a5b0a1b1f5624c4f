/// Ways of sampling that Ollama has and OpenAI's own models have not, by Ollama's names. Clients use these also beside
/// OpenAI's parameters.
enum Sampling: CaseIterable, Sendable {
    case topK, minP, typicalP, tfsZ, repeatPenalty, repeatLastN, penalizeNewline, mirostat, mirostatEta, mirostatTau

    var name: StaticString {
        switch self {
        case .topK: "top_k"
        case .minP: "min_p"
        case .typicalP: "typical_p"
        case .tfsZ: "tfs_z"
        case .repeatPenalty: "repeat_penalty"
        case .repeatLastN: "repeat_last_n"
        case .penalizeNewline: "penalize_newline"
        case .mirostat: "mirostat"
        case .mirostatEta: "mirostat_eta"
        case .mirostatTau: "mirostat_tau"
        }
    }

    /// The one with this raw name.
    static func named(_ raw: UnsafeRawBufferPointer) -> Sampling? { allCases.first { raw.spells($0.name) } }

    /// The one that is meant by this raw name, be it another server's word for it.
    static func meant(by raw: UnsafeRawBufferPointer) -> Sampling? {
        named(raw) ?? otherNames.first { raw.spells($0.name) }?.way
    }

    /// What vLLM and SGLang, and llama.cpp, call them where they do not call them as Ollama does.
    static let repetitionPenalty: StaticString = "repetition_penalty"
    static let penalizeNL: StaticString = "penalize_nl"
    private static let otherNames: [(name: StaticString, way: Sampling)] = [
        (repetitionPenalty, .repeatPenalty), (penalizeNL, .penalizeNewline),
    ]
}

/// Parameters that tune one of our boxes and that no cloud is told: a client tuned for a box may fall back to any of them.
enum BoxOption {
    /// Whether a model is loaded with this option, so that another value means another load.
    static func isLoadTime(_ name: UnsafeRawBufferPointer) -> Bool { loadTimeNames.contains { name.spells($0) } }

    /// The same, for a name.
    static func isLoadTime(_ name: String) -> Bool {
        var name = name
        return name.withUTF8 { isLoadTime(UnsafeRawBufferPointer($0)) }
    }

    /// Whether it says how a box is to run a model, and nothing of how the answer is written.
    static func runsAModel(_ name: UnsafeRawBufferPointer) -> Bool { runName(name) != nil }

    /// The name of such an option.
    static func runName(_ name: UnsafeRawBufferPointer) -> StaticString? {
        loadTimeNames.first { name.spells($0) } ?? runNames.first { name.spells($0) }
    }

    /// Whether it is nothing to a cloud, under this name at least: one that has such a way of sampling is told it by what
    /// its back makes of ``Sampling``, and how much to think by what it makes of an effort.
    static func isNothingToClouds(_ name: UnsafeRawBufferPointer) -> Bool {
        runsAModel(name) || tunesServer(name)
    }

    /// Whether it is a way of sampling, or a switch, that servers of one's own know and clouds refuse.
    static func tunesServer(_ name: UnsafeRawBufferPointer) -> Bool {
        Sampling.meant(by: name) != nil || serverNames.contains { name.spells($0) }
    }

    /// Whether it is a box's option by this name, or another server's word for one or for how much to think.
    static func isKnown(_ name: UnsafeRawBufferPointer) -> Bool {
        runsAModel(name) || tunesServer(name) || name.spells("thinking")
    }

    /// Those of today, then those that only older releases know.
    private static let loadTimeNames: [StaticString] = [
        "num_ctx", "num_batch", "num_gpu", "main_gpu", "use_mmap", "num_thread", "draft_num_predict", "use_mlock",
        "low_vram", "f16_kv", "numa",
    ]
    private static let runNames: [StaticString] = [
        "num_keep", "num_predict", "vocab_only", "logits_all", "embedding_only",
    ]
    /// Of the servers of vLLM, SGLang and llama.cpp, and the switches of their templates.
    ///
    /// Source: docs.vllm.ai, "OpenAI-Compatible Server", Extra parameters; docs.sglang.ai, "Sampling Parameters"; llama.cpp's
    /// tools/server/README.md.
    private static let serverNames: [StaticString] = [
        "chat_template_kwargs", "enable_thinking", "thinking_budget", "reasoning_budget",
        "length_penalty", "min_tokens", "ignore_eos", "skip_special_tokens", "spaces_between_special_tokens",
        "stop_token_ids", "include_stop_str_in_output", "add_generation_prompt", "continue_final_message",
        "guided_json", "guided_regex", "guided_choice", "guided_grammar", "structured_outputs", "n_predict",
        "cache_prompt", "id_slot", "grammar", "samplers", "n_probs", "dynatemp_range", "dynatemp_exponent",
        "xtc_probability", "xtc_threshold", "dry_multiplier", "dry_base", "dry_allowed_length", "top_n_sigma",
        "dry_penalty_last_n", "dry_sequence_breakers", "timings_per_token", "post_sampling_probs", "return_progress",
        "mm_processor_kwargs", "media_io_kwargs", "guided_decoding_backend", "guided_whitespace_pattern", "bad_words",
        "allowed_token_ids", "prompt_logprobs", "truncate_prompt_tokens", "use_beam_search", "add_special_tokens",
        "chat_template", "return_tokens_as_token_ids", "return_token_ids", "kv_transfer_params", "vllm_xargs",
        "cache_salt", "regex", "ebnf", "no_stop_trim", "separate_reasoning", "stream_reasoning", "lora_path",
        "custom_logit_processor", "custom_params", "return_hidden_states",
    ]
}
