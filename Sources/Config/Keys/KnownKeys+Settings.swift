/// `router_settings`, `litellm_settings` and `general_settings`.
extension KnownKeys {
    static let routerSettings = KnownSection(
        "router_settings",
        acted: [
            "routing_strategy", "num_retries", "timeout", "stream_timeout", "retry_after", "allowed_fails",
            "cooldown_time", "disable_cooldowns", "default_max_parallel_requests", "model_group_alias", "fallbacks",
            "default_fallbacks", "context_window_fallbacks", "content_policy_fallbacks", "max_fallbacks",
            "retry_policy", "model_group_retry_policy", "allowed_fails_policy", "enable_pre_call_checks",
            "enable_tag_filtering", "tag_filtering_match_any", "provider_budget_config",
        ],
        ignored: [
            ("a retry goes to another instance anyway", ["enable_weighted_failover"]),
            ("the strategies here need no arguments", ["routing_strategy_args"]),
            ("write enable_pre_call_checks", ["enable_pre_call_check", "optional_pre_call_checks"]),
            (probing, ["enable_health_check_routing", "health_check_staleness_threshold"]),
            (
                redis,
                [
                    "redis_host", "redis_startup_nodes", "redis_username", "redis_port", "redis_password", "redis_url",
                    "redis_db", "redis_ssl", "cache_kwargs",
                ]
            ),
            (caching, ["cache_responses", "caching_groups", "client_ttl"]),
            ("set it per deployment", ["default_litellm_params"]),
            ("see --log-level", ["debug_level", "set_verbose"]),
            (callbacks, ["alerting_config"]),
            (
                nil,
                [
                    "default_priority", "polling_interval", "assistants_config", "router_general_settings",
                    "ignore_invalid_deployments", "routing_groups", "search_tools", "guardrail_list",
                    "deployment_affinity_ttl_seconds", "model_group_affinity_config",
                ]
            ),
        ])

    static let retryPolicy = KnownSection(
        "router_settings.retry_policy",
        acted: Configuration.ErrorKind.allCases.filter { $0 != .badGateway }.map { "\($0.rawValue)ErrorRetries" }
            + ["DefaultRetries"])

    static let allowedFailsPolicy = KnownSection(
        "router_settings.allowed_fails_policy",
        acted: Configuration.ErrorKind.allCases.map { "\($0.rawValue)ErrorAllowedFails" })

    static let litellmSettings = KnownSection(
        "litellm_settings",
        acted: [
            "drop_params", "include_cost_in_streaming_usage", "request_timeout", "num_retries", "allowed_fails",
            "cooldown_time", "set_verbose",
            "json_logs", "ssl_verify", "ca_bundle", "fallbacks", "default_fallbacks", "context_window_fallbacks",
            "content_policy_fallbacks", "max_fallbacks", "sse_keepalive_ping_interval_seconds", "max_budget",
            "budget_duration", "budget_exceeded_status_code", "success_callback", "failure_callback", "callbacks",
            "default_key_generate_params", "upperbound_key_generate_params", "default_internal_user_params",
            "default_team_params", "key_generation_settings", "max_internal_user_budget",
            "default_max_internal_user_budget",
            "internal_user_budget_duration", "max_end_user_budget_id",
        ],
        ignored: [
            (
                callbacks,
                [
                    "service_callbacks", "audit_log_callbacks",
                    "turn_off_message_logging", "redact_user_api_key_info", "redact_messages_in_exceptions",
                    "langfuse_default_tags", "custom_prometheus_metadata_labels", "custom_prometheus_tags",
                    "prometheus_metrics_config", "prometheus_initialize_budget_metrics", "datadog_params",
                    "s3_callback_params", "sqs_callback_params", "aws_sqs_callback_params", "gcs_pub_sub_use_v1",
                    "require_auth_for_metrics_endpoint", "global_disable_no_log_param",
                    "standard_logging_payload_excluded_fields",
                    "enable_end_user_cost_tracking_prometheus_only", "disable_end_user_cost_tracking_prometheus_only",
                ]
            ),
            (
                caching,
                [
                    "cache", "cache_params", "enable_caching_on_provider_specific_optional_params",
                    "enable_redis_auth_cache",
                ]
            ),
            (
                keys,
                [
                    "max_user_budget", "default_team_settings", "tag_budget_config",
                    "enable_key_alias_format_validation", "max_ui_session_budget", "ui_theme_config",
                ]
            ),
            ("nor does LiteLLM; use max_end_user_budget_id", ["max_end_user_budget"]),
            (
                "prices are those of the deployments and of drover.price_map",
                [
                    "disable_end_user_cost_tracking", "cost_discount_config", "cost_margin_config",
                    "model_cost_map_url", "custom_pricing",
                ]
            ),
            ("set it per deployment, or router_settings.default_max_parallel_requests", ["max_parallel_requests"]),
            (
                "set it per deployment",
                [
                    "api_base", "api_key", "api_version", "extra_headers",
                ]
            ),
            ("see ca_bundle", ["ssl_certificate", "ssl_security_level", "ssl_ecdh_curve"]),
            (
                "use router_settings.model_group_alias",
                ["model_alias_map", "model_group_alias", "model_group_alias_map"]
            ),
            (probing, ["background_health_checks"]),
            (
                nil,
                [
                    "modify_params", "enable_preview_features", "force_ipv4", "mcp_aliases", "public_model_groups",
                    "public_model_groups_links", "public_mcp_servers", "public_agent_groups", "guardrails",
                    "add_function_to_prompt", "use_client", "telemetry", "log_raw_request_response",
                    "suppress_debug_info", "disable_hf_tokenizer_download", "disable_token_counter",
                    "enable_json_schema_validation", "disable_add_transform_inline_image_block",
                    "disable_copilot_system_to_assistant", "disable_stop_sequence_limit",
                    "LITELLM_DISABLE_STOP_SEQUENCE_LIMIT", "use_chat_completions_url_for_anthropic_messages",
                    "post_call_rules", "pre_call_rules", "additional_drop_params", "allowed_openai_params",
                    "return_response_headers", "always_include_stream_usage", "merge_reasoning_content_in_choices",
                    "reasoning_auto_summary", "priority_reservation", "priority_reservation_settings",
                    "token_counter", "model_fallbacks", "secret_manager_settings", "aiohttp_trust_env",
                    "disable_aiohttp_transport", "disable_aiohttp_trust_env", "network_mock",
                    "in_memory_llm_clients_cache",
                    "forward_traceparent_to_llm_provider", "vector_store_registry", "skip_system_message_in_guardrail",
                    "user_url_validation", "generic_logger_headers", "default_in_memory_ttl", "default_redis_ttl",
                    "default_redis_batch_cache_expiry", "max_image_url_download_size_mb", "store_audit_logs",
                    "drop_unsupported_params", "enable_azure_ad_token_refresh", "tool_choice_required_override",
                ]
            ),
        ])

    static let generalSettings = KnownSection(
        "general_settings",
        acted: [
            "master_key", "database_url", "maximum_spend_logs_retention_period", "store_prompts_in_spend_logs",
            "alerting", "enable_jwt_auth", "litellm_jwtauth", "user_header_name", "user_header_mappings",
        ],
        ignored: [
            ("start with --insecure to serve without a key", ["dangerously_permit_weak_or_unset_master_key"]),
            (
                "keys and spend are kept in drover.store or database_url; LiteLLM's own database is neither read nor written",
                [
                    "database_type", "database_args", "database_connection_pool_limit",
                    "database_connection_timeout", "database_connection_pool_timeout", "disable_prisma_schema_update",
                    "allow_requests_on_db_unavailable", "store_model_in_db", "supported_db_objects",
                    "use_redis_transaction_buffer",
                ]
            ),
            (
                probing,
                [
                    "background_health_checks", "health_check_interval", "health_check_details",
                    "health_check_concurrency", "use_shared_health_check", "enable_health_check_routing",
                    "health_check_staleness_threshold",
                ]
            ),
            (
                "set max_parallel_requests per deployment, or router_settings.default_max_parallel_requests",
                ["max_parallel_requests", "global_max_parallel_requests"]
            ),
            ("see drover.limits.max_body", ["max_request_size_mb"]),
            (
                callbacks,
                [
                    "alerting_threshold", "alert_types", "alerting_args", "alert_to_webhook_url",
                    "spend_report_frequency",
                ]
            ),
            (
                "old rows are looked for every hour",
                ["maximum_spend_logs_retention_interval", "maximum_spend_logs_cleanup_cron"]
            ),
            (
                keys,
                [
                    "disable_spend_logs", "disable_spend_updates", "disable_error_logs", "disable_reset_budget",
                    "disable_adding_master_key_hash_to_db", "disable_master_key_return",
                    "proxy_budget_rescheduler_min_time", "proxy_budget_rescheduler_max_time", "proxy_batch_write_at",
                    "proxy_batch_polling_interval",
                    "user_api_key_cache_ttl", "default_team_disabled", "allow_user_auth", "enforce_user_param",
                    "reject_clientside_metadata_tags", "disable_retry_on_max_parallel_request_limit_error",
                    "litellm_key_header_name", "custom_key_generate", "token_rate_limit_type",
                    "cancel_llm_on_budget_exceeded",
                ]
            ),
            (
                plugins,
                [
                    "custom_auth", "custom_auth_settings", "custom_auth_run_common_checks", "custom_sso",
                    "custom_ui_sso_sign_in_handler", "post_call_rules",
                ]
            ),
            (
                enterprise,
                [
                    "allowed_routes", "public_routes", "admin_only_routes", "enforced_params",
                    "enable_oauth2_auth", "enable_oauth2_proxy_auth", "oauth2_config_mappings",
                    "allowed_ips", "use_x_forwarded_for", "litellm_license", "service_account_settings",
                    "ui_access_mode", "key_management_system", "key_management_settings", "use_azure_key_vault",
                    "use_google_kms", "control_plane_url", "max_response_size_mb", "role_permissions",
                ]
            ),
            (
                "write the model in model_list",
                [
                    "completion_model", "embedding_model", "image_generation_model", "moderation_model",
                    "infer_model_from_keys",
                ]
            ),
            (
                nil,
                [
                    "forward_client_headers_to_llm_api", "forward_openai_org_id", "forward_llm_provider_auth_headers",
                    "pass_through_endpoints",
                    "use_client_credentials_pass_through_routes", "allow_client_side_credentials",
                    "disable_responses_id_security", "user_mcp_management_mode", "mcp_internal_ip_ranges",
                    "mcp_required_fields", "mcp_client_side_auth_header_name", "store_responses_in_db",
                    "enable_public_model_hub", "disable_key_last_active_tracking", "otel", "ui_theme",
                    "proxy_base_url", "coordination_redis", "always_include_stream_usage",
                    "auto_redirect_ui_login_to_sso", "store_audit_logs",
                    "disable_auth_on_metrics", "enable_mcp_registry", "require_end_user_mcp_access_defined",
                    "disable_budget_reservation", "search_tools",
                ]
            ),
        ])
}
