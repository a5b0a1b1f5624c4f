extension Configuration {
    /// One line of `router_settings.provider_budget_config`.
    public struct ProviderBudget: Equatable, Sendable {
        /// Its name, as in front of the slash of `model`.
        public var provider: String
        /// `budget_limit` or `max_budget`: dollars, as written.
        public var maxBudget: String
        /// `time_period` or `budget_duration`, as written (`1d`). `nil`: a window that never ends.
        public var duration: String?

        /// One line.
        public init(provider: String, maxBudget: String, duration: String?) {
            self.provider = provider
            self.maxBudget = maxBudget
            self.duration = duration
        }
    }

    /// `router_settings`; where `litellm_settings` sets the same thing, `router_settings` wins, as with LiteLLM.
    public struct RouterSettings: Equatable, Sendable {
        /// `routing_strategy`: how a pool chooses. Default: `simple-shuffle`.
        public var routingStrategy = RoutingStrategy.simpleShuffle
        /// `num_retries`: attempts after the first. Default: 2.
        public var numRetries = 2
        /// `timeout`, or `litellm_settings.request_timeout`, in seconds: one attempt, to its last byte, for a stream to
        /// its first token. Default: 6000.
        public var timeout = Duration.seconds(6000)
        /// `stream_timeout` in seconds: of a stream, the longest wait for the first token and the longest gap between two
        /// pieces after it. Default: as `timeout`.
        public var streamTimeout: Duration?
        /// `retry_after` in seconds: the least wait before a retry that has no other instance to go to. Default: 0.
        public var retryAfter = Duration.zero
        /// `allowed_fails`: failures that do not yet open a breaker, so `drover.breaker.trip_after` is one more.
        /// Default: as `drover.breaker`.
        public var allowedFails: Int?
        /// `cooldown_time` in seconds: the same as `drover.breaker.open`. Default: as `drover.breaker`.
        public var cooldownTime: Duration?
        /// `disable_cooldowns`: no breaker ever opens. Default: false.
        public var disableCooldowns = false
        /// `default_max_parallel_requests`: the cap of a deployment that has none of its own. Default: none.
        public var defaultMaxParallelRequests: Int?
        /// `provider_budget_config`: what the requests to a provider may cost in a window. Default: none.
        public var providerBudgets: [ProviderBudget] = []
        /// `fallbacks`: who stands in where a model fails. `default_fallbacks` are the line of `*`. Default: none.
        public var fallbacks = FallbackTable()
        /// `context_window_fallbacks`: who stands in where a prompt is too long for a model. Default: none.
        public var contextWindowFallbacks = FallbackTable()
        /// `content_policy_fallbacks`: who stands in where a provider will not answer such a thing. Default: none.
        public var contentPolicyFallbacks = FallbackTable()
        /// `max_fallbacks`: models one request is tried on after its own. Default: 5.
        public var maxFallbacks = 5
        /// `retry_policy`: attempts after the first by kind of error. Default: none, so `num_retries` for all.
        public var retryPolicy: RetryPolicy?
        /// `model_group_retry_policy`: a model's own, which counts in place of `retryPolicy`. Default: none.
        public var modelGroupRetryPolicy: [String: RetryPolicy] = [:]
        /// `allowed_fails_policy`: failures by kind of error that do not yet open a breaker. Default: none, and none
        /// where `drover.breaker.trip_after` is set.
        public var allowedFailsPolicy: AllowedFailsPolicy?
        /// `enable_pre_call_checks`: a deployment whose `max_input_tokens` a prompt exceeds, or whose `rpm` is spent, is
        /// not asked. Default: false.
        public var enablePreCallChecks = false
        /// `enable_tag_filtering`: requests with tags go to deployments that have them, the others to those tagged
        /// `default`, where there are any. Default: false.
        public var enableTagFiltering = false
        /// `tag_filtering_match_any`: one of a request's tags is enough; else a deployment must have them all.
        /// Default: true.
        public var tagFilteringMatchAny = true
        /// `model_group_alias`: further names for models, sorted by name. Default: none.
        public var modelGroupAlias: [Alias] = []

        /// The policy for a model's errors: its own, else the one for all.
        public func retryPolicy(of model: String) -> RetryPolicy? { modelGroupRetryPolicy[model] ?? retryPolicy }
    }

    /// Another name for a model.
    public struct Alias: Equatable, Sendable {
        /// The name clients may ask for.
        public var name: String
        /// The model it stands for.
        public var model: Located<String>
        /// Served, but not listed by `GET /v1/models`. Default: false.
        public var hidden: Bool
    }
}
