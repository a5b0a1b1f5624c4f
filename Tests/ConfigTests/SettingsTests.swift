import Config
import Ledger
import Testing

@Suite struct SettingsTests {
    @Test func `everything can be set`() {
        let loaded = load(
            withModel(
                """
                router_settings:
                  routing_strategy: latency-based-routing
                  num_retries: 7
                  timeout: 12.5
                  stream_timeout: 30s
                  retry_after: 2
                  allowed_fails: 4
                  cooldown_time: 6
                  disable_cooldowns: no
                  default_max_parallel_requests: 9
                  model_group_alias: {b: llama3, a: {model: llama3, hidden: true}}
                  max_fallbacks: 2
                  retry_policy: {RateLimitErrorRetries: 4, BadRequestErrorRetries: 0, DefaultRetries: 1}
                  model_group_retry_policy: {llama3: {TimeoutErrorRetries: 5}}
                  allowed_fails_policy: {TimeoutErrorAllowedFails: 6, BadGatewayErrorAllowedFails: 7}
                  enable_pre_call_checks: true
                  enable_tag_filtering: true
                  tag_filtering_match_any: false
                litellm_settings: {drop_params: true, set_verbose: true, json_logs: false}
                general_settings: {master_key: sk-9}
                drover:
                  probe: {interval: 1s, timeout: 500ms, fall: 1, rise: 4}
                  retry_budget: {percent: 12.5, minimum: 0}
                  queue: {max_waiting: 5, max_wait: 1m, objective: 5s}
                  first_token: {deadline: 3s}
                  total_timeout: 1h
                  public_metrics: true
                  limits: {max_body: 1MiB, max_header: 8KiB, header_timeout: 1s, body_timeout: 2s, idle_timeout: 3s,
                    min_client_rate: 1KiB, memory: 2GiB,
                    max_connections: 10}
                  shutdown_grace: 0s
                  shutdown_delay: 5s
                  reuse_port: true
                  repair_tool_calls: off
                  keep_responses: store
                """))
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.warnings)")
        #expect(loaded.configuration.drover.toolCallRepair == .off)
        #expect(loaded.configuration.drover.keepResponses == .store)
        let configuration = loaded.configuration
        let router = configuration.routerSettings
        #expect(
            router.routingStrategy == RoutingStrategy(named: "latency-based") && router.numRetries == 7
                && router.timeout == .seconds(12.5))
        #expect(router.streamTimeout == .seconds(30) && router.retryAfter == .seconds(2) && router.allowedFails == 4)
        #expect(router.cooldownTime == .seconds(6) && !router.disableCooldowns)
        #expect(router.defaultMaxParallelRequests == 9)
        #expect(router.modelGroupAlias.map(\.name) == ["a", "b"])
        #expect(router.modelGroupAlias.map(\.hidden) == [true, false])
        #expect(router.modelGroupAlias.map(\.model.value) == ["llama3", "llama3"])
        #expect(router.maxFallbacks == 2 && router.enablePreCallChecks)
        #expect(router.enableTagFiltering && !router.tagFilteringMatchAny)
        #expect(router.allowedFailsPolicy?.allowed == [.timeout: 6, .badGateway: 7])
        #expect(router.retryPolicy?.retries == [.rateLimit: 4, .badRequest: 0])
        #expect(configuration.litellmSettings.dropParams && configuration.litellmSettings.setVerbose)
        #expect(configuration.litellmSettings.jsonLogs == false)
        #expect(configuration.generalSettings.masterKey == .key(Secret("sk-9")))
        let drover = configuration.drover
        #expect(drover.probe.interval == .seconds(1) && drover.probe.timeout == .milliseconds(500))
        #expect(drover.probe.fall == 1 && drover.probe.rise == 4)
        #expect(drover.retryBudget?.percent == 12.5 && drover.retryBudget?.minimum == 0)
        #expect(drover.queue.maxWaiting == 5 && drover.queue.maxWait == .seconds(60))
        #expect(drover.queue.objective == .seconds(5))
        #expect(drover.firstTokenDeadline == .seconds(3) && drover.totalTimeout == .seconds(3600))
        #expect(drover.publicMetrics && !drover.exposeTags && drover.shutdownGrace == .zero)
        #expect(drover.limits.maxBody == 1 << 20 && drover.limits.maxHeader == 8192)
        #expect(drover.limits.headerTimeout == .seconds(1) && drover.limits.bodyTimeout == .seconds(2))
        #expect(drover.limits.idleTimeout == .seconds(3) && drover.limits.maxConnections == 10)
        #expect(drover.limits.minClientRate == 1024 && drover.limits.memory == .bytes(2 << 30))
        #expect(drover.shutdownDelay == .seconds(5) && drover.reusesPort)
        #expect(
            load(withModel("drover: {limits: {min_client_rate: off}}")).configuration.drover.limits.minClientRate == 0)
    }

    @Test(arguments: ["off", "false", "no", "OFF"])
    func `off is the same as false`(off: String) {
        let drover = load(
            withModel("drover: {retry_budget: \(off), queue: \(off), first_token: \(off), total_timeout: \(off)}"))
        #expect(drover.faults.isEmpty)
        #expect(drover.configuration.drover.retryBudget == nil)
        #expect(drover.configuration.drover.queue.maxWaiting == 0)
        #expect(drover.configuration.drover.firstTokenDeadline == nil && !drover.configuration.drover.learnsFirstToken)
        #expect(drover.configuration.drover.totalTimeout == nil)
        let inner = load(withModel("drover: {first_token: {deadline: \(off)}}"))
        #expect(inner.faults.isEmpty && inner.warnings.isEmpty && !inner.configuration.drover.learnsFirstToken)
    }

    @Test func `the deadline of first tokens is learned unless it is said`() {
        for text in ["drover: {}", "drover: {first_token: {deadline: auto}}", "drover: {first_token: {}}"] {
            let drover = load(withModel(text))
            #expect(drover.faults.isEmpty && drover.warnings.isEmpty)
            #expect(
                drover.configuration.drover.learnsFirstToken && drover.configuration.drover.firstTokenDeadline == nil)
        }
        let canary = load(withModel("drover: {first_token: {canary: true}}"))
        #expect(canary.faults.isEmpty && canary.warnings.isEmpty && canary.configuration.drover.usesCanaries)
        #expect(canary.configuration.drover.learnsFirstToken)
        let said = load(withModel("drover: {first_token: {deadline: 3s}}")).configuration.drover
        #expect(!said.learnsFirstToken && said.firstTokenDeadline == .seconds(3))
    }

    @Test func `router settings win over litellm settings`() {
        let both = load(
            """
            router_settings: {num_retries: 1, timeout: 2, allowed_fails: 3, cooldown_time: 4}
            litellm_settings: {num_retries: 5, request_timeout: 6, allowed_fails: 7, cooldown_time: 8}
            """
        ).configuration.routerSettings
        #expect(both.numRetries == 1 && both.timeout == .seconds(2))
        #expect(both.allowedFails == 3 && both.cooldownTime == .seconds(4))
        let one = load(
            "litellm_settings: {num_retries: 5, request_timeout: 6, allowed_fails: 7, cooldown_time: 8}"
        ).configuration.routerSettings
        #expect(one.numRetries == 5 && one.timeout == .seconds(6))
        #expect(one.allowedFails == 7 && one.cooldownTime == .seconds(8))
    }

    @Test(
        arguments: [
            ("", Duration.seconds(15)), ("2.5", .milliseconds(2500)), ("30", .seconds(30)), ("\"7\"", .seconds(7)),
            ("0", nil), ("off", nil), ("false", nil),
        ] as [(String, Duration?)])
    func `comments keep a silent stream alive every 15 seconds, or as often as is said, or never`(
        written: String, interval: Duration?
    ) {
        let loaded = load(
            withModel("litellm_settings: {drop_params: true, sse_keepalive_ping_interval_seconds: \(written)}"))
        #expect(loaded.faults.isEmpty && loaded.warnings.isEmpty, "\(loaded.faults) \(loaded.warnings)")
        #expect(loaded.configuration.litellmSettings.pingInterval == interval)
    }

    @Test(arguments: ["-1", "soon", "[15]"])
    func `an interval that is none is a fault`(written: String) {
        let loaded = load(withModel("litellm_settings: {sse_keepalive_ping_interval_seconds: \(written)}"))
        #expect(loaded.faults.count == 1, "\(loaded.faults)")
    }

    @Test func `numbers in quotes are numbers, as LiteLLM takes them`() {
        let loaded = load("router_settings: {timeout: \"600\", num_retries: '4', disable_cooldowns: \"true\"}")
        #expect(loaded.faults.isEmpty)
        #expect(loaded.configuration.routerSettings.timeout == .seconds(600))
        #expect(loaded.configuration.routerSettings.numRetries == 4)
        #expect(loaded.configuration.routerSettings.disableCooldowns)
    }

    @Test(
        arguments: [
            (
                "general_settings: {master_key: os.environ/KEY}", [:], "KEY is not set",
                "c.yaml:1:32: general_settings.master_key: "
            ),
            (
                "general_settings: {master_key: os.environ/KEY}", ["KEY": ""], "KEY is empty",
                "c.yaml:1:32: general_settings.master_key: "
            ),
            ("drover: {}", ["LITELLM_MASTER_KEY": ""], "LITELLM_MASTER_KEY is empty", ""),
        ] as [(String, [String: String], String, String)])
    func `a master key that is not there stops serve and not check`(
        text: String, environment: [String: String], reason: String, place: String
    ) {
        let loaded = load(text, environment: environment)
        #expect(loaded.configuration.generalSettings.masterKey == .missing(reason: reason))
        #expect(loaded.faults.isEmpty)
        #expect(loaded.warnings.contains { $0.message.hasPrefix("\(reason); serve refuses to start") })
        #expect(
            loaded.refusals.map(\.description) == ["\(place)\(reason); a gateway without its key would be open"])
    }

    @Test func `the master key is the file's, else the environment's`() {
        let environment = ["LITELLM_MASTER_KEY": "sk-env", "KEY": "sk-var"]
        func key(_ text: String) -> Configuration.MasterKey {
            let loaded = load(text, environment: environment)
            #expect(loaded.refusals.isEmpty && loaded.faults.isEmpty)
            return loaded.configuration.generalSettings.masterKey
        }
        #expect(key("general_settings: {master_key: sk-file}") == .key(Secret("sk-file")))
        #expect(key("general_settings: {master_key: os.environ/KEY}") == .key(Secret("sk-var")))
        #expect(key("general_settings: {}") == .key(Secret("sk-env")))
        #expect(load("drover: {}").configuration.generalSettings.masterKey == .absent)
    }

    @Test func `a retry policy counts by kind of error, and a model's own in place of the one for all`() {
        let router = load(
            withModel(
                """
                router_settings:
                  retry_policy: {RateLimitErrorRetries: 4, BadRequestErrorRetries: 0, DefaultRetries: 1}
                  model_group_retry_policy: {llama3: {TimeoutErrorRetries: 5}}
                """)
        ).configuration.routerSettings
        let all = router.retryPolicy(of: "other")
        #expect(all?.retries(after: .rateLimit) == 4 && all?.retries(after: .timeout) == 1)
        #expect(all?.retries(after: .contentPolicy) == 0)
        let own = router.retryPolicy(of: "llama3")
        #expect(own?.retries(after: .timeout) == 5 && own?.retries(after: .rateLimit) == nil)
        #expect(load(withModel("")).configuration.routerSettings.retryPolicy(of: "llama3") == nil)
    }

    @Test func `a policy for breakers gives way to drover's own number`() {
        let loaded = load(
            withModel(
                "router_settings: {allowed_fails_policy: {TimeoutErrorAllowedFails: 6}}\ndrover: {breaker: {trip_after: 2}}"
            ))
        #expect(loaded.configuration.routerSettings.allowedFailsPolicy == nil)
        #expect(
            loaded.warnings.map(\.description) == [
                "c.yaml:2:41: router_settings.allowed_fails_policy: drover.breaker.trip_after is set too and wins"
            ])
    }

    @Test func `policies are checked key by key`() {
        let loaded = load(
            withModel(
                "router_settings: {retry_policy: {RateLimitErorRetries: 1, TimeoutErrorRetries: -1}, "
                    + "model_group_retry_policy: {lama3: {DefaultRetries: x}}, allowed_fails_policy: 3}"))
        #expect(
            loaded.faults.map(\.description) == [
                "c.yaml:2:80: router_settings.retry_policy.TimeoutErrorRetries: must be at least 0, not -1",
                "c.yaml:2:112: router_settings.model_group_retry_policy.lama3: no model named \"lama3\"; "
                    + "did you mean \"llama3\"?",
                "c.yaml:2:136: router_settings.model_group_retry_policy.lama3.DefaultRetries: "
                    + "expects a whole number, found \"x\"",
                "c.yaml:2:163: router_settings.allowed_fails_policy: expects a mapping, found \"3\"",
            ])
        #expect(loaded.warnings.map(\.message) == ["unknown key; did you mean \"RateLimitErrorRetries\"?"])
    }

    @Test func `underscores between digits are left out, as LiteLLM's parser does`() {
        let loaded = load("router_settings: {timeout: 1_000, cooldown_time: 1_0.5, num_retries: 1_0}")
        #expect(loaded.faults.isEmpty, "\(loaded.faults)")
        let router = loaded.configuration.routerSettings
        #expect(router.timeout == .seconds(1000) && router.cooldownTime == .milliseconds(10_500))
        #expect(router.numRetries == 10)
    }
}
