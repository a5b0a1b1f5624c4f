/// `model_list` and what its entries hold.
extension KnownKeys {
    /// The prices of long prompts, for each length.
    private static let longPromptPrices = Configuration.PriceOverride.lengths.flatMap { length in
        [
            "input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost",
            "cache_creation_input_token_cost",
        ].map { "\($0)_above_\(length)k_tokens" }
    }

    static let modelEntry = KnownSection("model_list", acted: ["model_name", "litellm_params", "model_info"])

    static let litellmParams = KnownSection(
        "model_list.litellm_params",
        acted: [
            "model", "api_base", "base_url", "api_key", "custom_llm_provider", "order", "weight", "rpm", "tpm",
            "max_parallel_requests", "tags", "timeout", "stream_timeout", "cooldown_time", "drop_params", "extra_body",
            "options", "extra_headers", "organization", "api_version", "azure_ad_token", "aws_region_name",
            "aws_access_key_id", "aws_secret_access_key", "aws_session_token", "aws_profile_name",
            "aws_bedrock_runtime_endpoint", "ssl_verify", "ca_bundle", "input_cost_per_token", "output_cost_per_token",
            "cache_read_input_token_cost", "cache_creation_input_token_cost", "base_model",
        ] + longPromptPrices,
        ignored: [
            ("set router_settings.num_retries", ["num_retries", "max_retries"]),
            (
                "write them in router_settings",
                ["fallbacks", "context_window_fallbacks", "content_policy_fallbacks"]
            ),
            (
                "write api_key or azure_ad_token",
                [
                    "azure_ad_token_provider", "tenant_id", "client_id", "client_secret", "azure_username",
                    "azure_password", "azure_scope",
                ]
            ),
            (
                "write aws_access_key_id or aws_profile_name",
                ["aws_session_name", "aws_role_name", "aws_web_identity_token", "aws_sts_endpoint"]
            ),
            (
                clouds,
                [
                    "api_type", "region_name", "deployment_id", "vertex_project", "vertex_location",
                    "vertex_credentials", "watsonx_region_name", "litellm_credential_name", "use_litellm_proxy",
                    "use_in_pass_through",
                ]
            ),
            (
                prices,
                [
                    "input_cost_per_second", "output_cost_per_second", "input_cost_per_token_batches",
                    "output_cost_per_token_batches", "input_cost_per_image", "output_cost_per_image",
                ]
            ),
            (keys, ["max_budget", "budget_duration"]),
            (caching, ["cache", "caching", "no_cache", "ttl"]),
            ("write extra_headers", ["headers"]),
            (
                nil,
                [
                    "additional_drop_params", "allowed_openai_params", "metadata", "model_info", "modify_params",
                    "merge_reasoning_content_in_choices", "mock_response", "mock_timeout", "mock_tool_calls",
                    "max_file_size_mb", "configurable_clientside_auth_params", "ssl_certificate", "client", "proxy",
                    "input_type", "rpd", "tpd", "no-log", "litellm_trace_id", "guardrails", "tag_regex",
                    "default_api_key_rpm_limit", "default_api_key_tpm_limit", "supports_system_message",
                    "disable_add_transform_inline_image_block",
                ]
            ),
        ])

    /// Options of a model that may stand in `litellm_params` and go to it as its defaults, with the type they must have.
    static let modelOptions: [String: OptionType] = {
        let numbers = [
            "temperature", "top_p", "min_p", "typical_p", "tfs_z", "repeat_penalty", "presence_penalty",
            "frequency_penalty", "mirostat_eta", "mirostat_tau",
        ]
        let wholes = [
            "max_tokens", "max_completion_tokens", "num_ctx", "num_predict", "num_keep", "num_batch", "num_gpu",
            "main_gpu", "num_thread", "seed", "top_k", "repeat_last_n", "mirostat", "top_logprobs", "n", "dimensions",
            "num_gqa", "draft_num_predict",
        ]
        let truths = [
            "logprobs", "parallel_tool_calls", "penalize_newline", "use_mmap", "use_mlock", "low_vram", "f16_kv",
            "vocab_only", "numa", "logits_all", "raw", "truncate", "shift",
        ]
        let any = [
            "stop", "keep_alive", "think", "thinking", "reasoning_effort", "response_format", "format", "tools",
            "tool_choice", "functions", "function_call", "logit_bias", "user", "stream_options", "encoding_format",
            "service_tier", "modalities", "verbosity", "suffix", "system", "template", "prediction", "best_of", "echo",
        ]
        var types: [String: OptionType] = [:]
        for name in numbers { types[name] = .number }
        for name in wholes { types[name] = .whole }
        for name in truths { types[name] = .truth }
        for name in any { types[name] = .any }
        return types
    }()

    /// The type that the value of a model option must have.
    enum OptionType { case number, whole, truth, any }

    static let modelInfo = KnownSection(
        "model_list.model_info",
        acted: [
            "id", "slots", "memory", "routing_strategy", "class", "order", "max_input_tokens", "access_groups",
            "base_model",
            "mode",
            "input_cost_per_token", "output_cost_per_token", "cache_read_input_token_cost",
            "cache_creation_input_token_cost",
        ] + longPromptPrices,
        ignored: [
            (
                "a description only",
                [
                    "description", "metadata", "created_by", "updated_by", "created_at",
                    "updated_at", "db_model", "key", "team_id", "team_public_model_name", "litellm_provider", "version",
                    "owned_by",
                ]
            ),
            (
                "limits are those of the instance",
                [
                    "max_tokens", "max_output_tokens", "output_vector_size", "supports_vision",
                    "supports_function_calling", "supports_parallel_function_calling", "supports_tool_choice",
                    "supports_system_messages", "supports_response_schema", "supports_assistant_prefill",
                    "supports_prompt_caching", "supports_reasoning", "supports_audio_input", "supports_audio_output",
                    "supports_pdf_input", "supports_web_search", "supports_url_context",
                    "supports_native_streaming", "supports_embedding_image_input", "supported_openai_params",
                    "supported_endpoints", "supported_environments",
                ]
            ),
            ("write them in litellm_params", ["rpm", "tpm"]),
            (
                prices,
                [
                    "input_cost_per_second", "output_cost_per_second", "input_cost_per_character",
                    "output_cost_per_character", "input_cost_per_image", "output_cost_per_image",
                ]
            ),
            (
                probing,
                [
                    "health_check_model", "health_check_timeout", "disable_background_health_check",
                    "health_check_max_tokens", "health_check_voice",
                ]
            ),
            (keys, ["tier", "direct_access", "access_via_team_ids"]),
        ])
}
