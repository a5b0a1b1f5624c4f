import Testing

@testable import Config

@Suite struct WarningTests {
    @Test(
        arguments: [
            // Keys
            ("model_lst: []", ["2:1: model_lst: unknown key; did you mean \"model_list\"?"]),
            ("banana: 1", ["2:1: banana: unknown key"]),
            ("num_retries: 1", ["2:1: num_retries: unknown key; it belongs in router_settings"]),
            (
                "router_settings: {routing_stategy: x}",
                [
                    "2:19: router_settings.routing_stategy: unknown key; did you mean \"routing_strategy\"?"
                ]
            ),
            (
                "litellm_settings: {master_key: x}",
                ["2:20: litellm_settings.master_key: unknown key; it belongs in general_settings"]
            ),
            (
                "router_settings: {drover: {}}",
                ["2:19: router_settings.drover: unknown key; it belongs at the top level"]
            ),
            ("drover: {probe: {timeuot: 3s}}", ["2:18: drover.probe.timeuot: unknown key; did you mean \"timeout\"?"]),
            // Known and not acted on
            (
                "router_settings: {enable_weighted_failover: true}",
                [
                    "2:19: router_settings.enable_weighted_failover: accepted, but this release does not act on it; "
                        + "a retry goes to another instance anyway"
                ]
            ),
            (
                "litellm_settings: {success_callback: [langfuse], cache: true}",
                [
                    "2:39: litellm_settings.success_callback[0]: LANGFUSE_PUBLIC_KEY is not set, so nothing is sent to Langfuse",
                    "2:50: litellm_settings.cache: accepted, but this release does not act on it; there is no response cache",
                ]
            ),
            (
                "router_settings: {enable_pre_call_check: true, redis_host: h}",
                [
                    "2:19: router_settings.enable_pre_call_check: accepted, but this release does not act on it; "
                        + "write enable_pre_call_checks",
                    "2:48: router_settings.redis_host: accepted, but this release does not act on it; state is held in memory",
                ]
            ),
            ("general_settings: {database_url: ~, alerting: }", []),
            // Values
            (
                "router_settings: {routing_strategy: usage-based-routing-v2}",
                [
                    "2:37: router_settings.routing_strategy: \"usage-based-routing-v2\" is not built in this release; "
                        + "least-busy is used"
                ]
            ),
            (
                "general_settings: {master_key: sk-1234}",
                [
                    "2:32: general_settings.master_key: this key is in every tutorial; make one of your own"
                ]
            ),
            // One key against another
            (
                "litellm_settings: {num_retries: 3, request_timeout: 5}\nrouter_settings: {num_retries: 1, timeout: 5}",
                [
                    "2:33: litellm_settings.num_retries: router_settings.num_retries is set too and wins"
                ]
            ),
            (
                "router_settings: {allowed_fails: 3, cooldown_time: 5}\ndrover: {breaker: {trip_after: 2, open: 9s}}",
                [
                    "2:34: router_settings.allowed_fails: drover.breaker.trip_after is set too and wins",
                    "2:52: router_settings.cooldown_time: drover.breaker.open is set too and wins",
                ]
            ),
            (
                "router_settings: {disable_cooldowns: true}\ndrover: {breaker: {open: 9s}}",
                [
                    "3:19: drover.breaker: router_settings.disable_cooldowns is true, so no breaker ever opens"
                ]
            ),
            (
                "drover: {instances: {gpu: 'http://localhost:11435'}}",
                [
                    "2:27: drover.instances.gpu: no deployment uses http://localhost:11435, so the name gpu names nothing; "
                        + "did you mean \"http://localhost:11434\"?"
                ]
            ),
            ("drover: {instances: {gpu: 'http://localhost:11435'}, expose_tags: true}", []),
            (
                "router_settings: {model_group_alias: {llama3: llama3}}",
                [
                    "2:47: router_settings.model_group_alias.llama3: \"llama3\" is the name of a model, which wins"
                ]
            ),
            // Variables
            (
                "general_settings: {master_key: os.environ/KEY}",
                [
                    "2:32: general_settings.master_key: KEY is not set; serve refuses to start until it is"
                ]
            ),
            (
                "litellm_settings: {request_timeout: os.environ/EMPTY}",
                [
                    "2:37: litellm_settings.request_timeout: EMPTY is empty; it is as if this line were not there"
                ]
            ),
        ] as [(String, [String])])
    func `is told word for word and in file order`(rest: String, lines: [String]) {
        let loaded = load(withModel(rest), environment: ["EMPTY": ""])
        #expect(loaded.warnings.map(\.description) == lines.map { "c.yaml:" + $0 })
        #expect(loaded.faults.isEmpty)
    }

    @Test(
        arguments: [
            ("ollama/x", "foo_bar: 1", "foo_bar: unknown key; it goes to the model as an option", ["foo_bar": "1"]),
            ("ollama/x", "num_cxt: 1", "num_cxt: unknown key; did you mean \"num_ctx\"?", [:]),
            ("ollama/x", "api_ky: sk-1", "api_ky: unknown key; did you mean \"api_key\"?", [:]),
            (
                "ollama/x", "tenant_id: x",
                "tenant_id: accepted, but this release does not act on it; write api_key or azure_ad_token", [:]
            ),
            (
                "ollama/x", "api_base: 'http://h:1/v1'",
                "api_base: /v1 is left out: ollama is asked below its base URL, which ends before it", [:]
            ),
            (
                "x", "num_ctx: 1",
                "model: names no provider that is known, so this deployment is down; for Ollama write ollama/x",
                ["num_ctx": "1"]
            ),
            (
                "ollama/*", "num_ctx: 1",
                "model: each * here stands for what a * of model_name does, and \"m\" has no *, so this deployment is down",
                ["num_ctx": "1"]
            ),
            (
                "cohere_chat/x", "num_ctx: 1",
                "model: the provider \"cohere_chat\" is not built in this release, so this deployment is down",
                ["num_ctx": "1"]
            ),
            (
                "gemini-2.5-pro", "api_key: x",
                "model: the provider \"vertex_ai\" is not built in this release, so this deployment is down; "
                    + "write gemini/gemini-2.5-pro", [:]
            ),
            (
                "vllm/x", "api_base: 'http://h:1/v1'",
                "model: the provider \"vllm\" is not built in this release, so this deployment is down; "
                    + "write hosted_vllm/x", [:]
            ),
            ("groq/x", "n: 1", "model: GROQ_API_KEY is not set; this deployment is down until it is", ["n": "1"]),
        ] as [(String, String, String, [String: String])])
    func `is told of a deployment`(model: String, parameter: String, line: String, extras: [String: String]) {
        let loaded = load("model_list: [{model_name: m, litellm_params: {model: '\(model)', \(parameter)}}]")
        #expect(loaded.warnings.map { "\($0.path): \($0.message)" } == ["model_list[0].litellm_params.\(line)"])
        #expect(loaded.faults.isEmpty)
        #expect(loaded.configuration.modelList.map(\.extras) == [extras])
    }

    @Test func `names a deployment that is there twice, and one that will get nothing`() {
        let loaded = load(
            """
            model_list:
              - {model_name: m, litellm_params: {model: ollama/x, api_base: "http://h:1", weight: 2}}
              - {model_name: m, litellm_params: {model: ollama_chat/x, api_base: "http://H:1/"}}
            """)
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:3:5: model_list[1]: is the same model on the same instance as model_list[0]",
                "c.yaml:3:5: model_list[1]: has no weight while others of \"m\" have one, "
                    + "so simple-shuffle picks it only when they are out",
            ])
        #expect(loaded.configuration.modelList.map(\.weight) == [2, 0])
        #expect(loaded.configuration.instances.count == 1)
    }

    @Test func `is told once of what an anchor brings in several times`() {
        let loaded = load(
            """
            model_list:
              - {model_name: a, litellm_params: &base {model: ollama/x, banana: 1}}
              - {model_name: b, litellm_params: {<<: *base, model: ollama/y}}
            """)
        #expect(loaded.warnings.map(\.path) == ["model_list[0].litellm_params.banana"])
        #expect(loaded.configuration.modelList.map(\.extras) == [["banana": "1"], ["banana": "1"]])
    }

    @Test func `every key that is not acted on warns`() {
        for section in KnownKeys.sections where !section.name.hasPrefix("model_list") {
            for key in section.keys {
                guard case .ignored = key.use else { continue }
                let names = section.name.split(separator: ".") + [Substring(key.name)]
                let nested = names.reversed().reduce("[]") { "{\"\($1)\": \($0)}" }
                let warnings = load(nested).warnings.map { "\($0.path): \($0.message)" }
                let path = names.joined(separator: ".")
                #expect(warnings.contains { $0.hasPrefix("\(path): accepted, but") }, "\(path)")
            }
        }
    }

    private static let callbacks: Set = ["success_callback", "failure_callback", "callbacks", "alerting"]

    /// A list in a list is of the wrong type for every key there is.
    @Test func `every key that is acted on is read`() {
        for section in KnownKeys.sections where !section.name.hasPrefix("model_list") {
            for key in section.keys {
                guard case .acted = key.use else { continue }
                let names = section.name.split(separator: ".") + [Substring(key.name)]
                let nested = names.reversed().reduce("[[1]]") { "{\"\($1)\": \($0)}" }
                let path = names.joined(separator: ".")
                let loaded = load(nested)
                // A gateway serves without its callbacks, whatever is wrong with them.
                let words = Self.callbacks.contains(key.name) ? loaded.warnings : loaded.faults
                #expect(words.contains { $0.path.hasPrefix(path) }, "\(path)")
            }
        }
        for section in [KnownKeys.litellmParams, KnownKeys.modelInfo] {
            let name = section.name.dropFirst("model_list.".count)
            for key in section.keys {
                guard case .acted = key.use else { continue }
                let other = name == "model_info" ? "litellm_params: {model: ollama/x}, " : ""
                let text = "model_list: [{model_name: m, \(other)\(name): {\(key.name): [[1]]}}]"
                #expect(
                    load(text).faults.contains { $0.path.hasPrefix("model_list[0].\(name).\(key.name)") }, "\(key.name)"
                )
            }
        }
    }

    @Test func `no table names a key twice`() {
        for section in KnownKeys.sections {
            let names = section.keys.map(\.name)
            #expect(Set(names).count == names.count, "\(section.name)")
            for name in names where section.name == "model_list.litellm_params" {
                #expect(KnownKeys.modelOptions[name] == nil, "\(name)")
            }
        }
    }
}
