extension Configuration {
    /// `router_settings`; where `litellm_settings` sets the same thing, `router_settings` wins, as with LiteLLM.
    public struct RouterSettings: Equatable, Sendable {
        /// `routing_strategy`: how a pool chooses. Default: `simple-shuffle`.
        public var routingStrategy = RoutingStrategy.simpleShuffle
        /// `num_retries`: attempts after the first. Default: 2.
        public var numRetries = 2
        /// `timeout`, or `litellm_settings.request_timeout`, in seconds: one attempt, to its last byte, for a stream to
        /// its first token. Default: 6000.
        public var timeout = Duration.seconds(6000)
        /// `stream_timeout` in seconds: the longest gap between two pieces of a stream. Default: as `timeout`.
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
        /// `model_group_alias`: further names for models, sorted by name. Default: none.
        public var modelGroupAlias: [Alias] = []
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
