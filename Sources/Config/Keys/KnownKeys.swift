/// Every key LiteLLM's users write and every key of ours, section by section. A key that is not here is a warning.
enum KnownKeys {
    static let sections = [
        root, modelEntry, litellmParams, modelInfo, routerSettings, retryPolicy, allowedFailsPolicy, litellmSettings,
        keyDefaults, keyCeiling, keyMakers, userDefaults, teamDefaults, generalSettings, signIn, issuer, drover, probe,
        breaker, retryBudget, queue, firstToken, overflow, limits, discover, namedInstance,
    ]

    // Notes on ignored keys: the release that they wait for, or the key to use instead.
    static let clouds = "the providers that need it are not built in this release"
    static let keys = "keys and budgets go by what /key/generate, /team/new and the like are told; see docs/KEYS.md"
    static let callbacks =
        "callbacks get what docs/OBSERVABILITY.md says; the request log and GET /metrics are on anyway"
    static let caching = "there is no response cache"
    static let prices = "costs are counted per token"
    static let probing = "instances are always probed, without inference; see drover.probe"
    static let enterprise = "LiteLLM's enterprise features are not part of Drover"
    static let redis = "state is held in memory"
    static let plugins = "Python plug-ins cannot be loaded"

    static let root = KnownSection(
        "",
        acted: [
            "model_list", "router_settings", "litellm_settings", "general_settings", "environment_variables", "include",
            "drover",
        ],
        ignored: [
            (callbacks, ["callback_settings"]),
            (
                nil,
                [
                    "guardrails", "prompts", "policies", "mcp_servers", "mcp_tools", "mcp_aliases", "search_tools",
                    "vector_store_registry", "assistant_settings", "files_settings", "finetune_settings",
                    "batch_settings", "sso_settings", "credential_list", "default_team_params", "health_check_model",
                    "agent_list", "worker_registry",
                ]
            ),
        ])

    static let drover = KnownSection(
        "drover",
        acted: [
            "instances", "probe", "breaker", "retry_budget", "queue", "first_token", "total_timeout", "expose_tags",
            "public_metrics", "limits", "shutdown_grace", "shutdown_delay", "reuse_port", "context", "decisions",
            "local",
            "local_only", "overflow", "compare_with", "price_map", "store", "keep_responses", "repair_tool_calls",
            "placement",
            "fetch_images", "keep_alive", "client_keep_alive", "discover", "export_prompts", "model_variables",
        ])
    static let namedInstance = KnownSection("drover.instances", acted: ["url", "memory"])
    static let discover = KnownSection("drover.discover", acted: ["hosts", "interval", "max_addresses"])
    static let probe = KnownSection("drover.probe", acted: ["interval", "timeout", "fall", "rise"])
    static let breaker = KnownSection("drover.breaker", acted: ["trip_after", "open", "max_open"])
    static let retryBudget = KnownSection("drover.retry_budget", acted: ["percent", "minimum"])
    static let queue = KnownSection("drover.queue", acted: ["max_waiting", "max_wait", "objective"])
    static let firstToken = KnownSection("drover.first_token", acted: ["deadline", "canary"])
    static let overflow = KnownSection("drover.overflow", acted: ["model", "when_wait_exceeds", "for"])
    static let limits = KnownSection(
        "drover.limits",
        acted: [
            "max_body", "max_header", "header_timeout", "body_timeout", "idle_timeout", "min_client_rate", "memory",
            "max_connections",
        ])
}
