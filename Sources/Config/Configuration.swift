/// One gateway's whole configuration, in the order of its YAML. Each field says what it means, its unit and its default;
/// the defaults live here and nowhere else. What is derived (pools, instances) stands at the end.
public struct Configuration: Equatable, Sendable {
    /// More routing decisions than this are not kept, whatever `drover.decisions` says: two gigabytes.
    public static let mostDecisions = 1_000_000

    /// `model_list`: the deployments in file order, each with everything resolved that it inherits. Default: none.
    public var modelList: [Deployment] = []
    /// `router_settings`.
    public var routerSettings = RouterSettings()
    /// `litellm_settings`.
    public var litellmSettings = LiteLLMSettings()
    /// `general_settings`.
    public var generalSettings = GeneralSettings()
    /// `drover`: what LiteLLM has no key for.
    public var drover = DroverSettings()

    /// The names clients ask for, in the order of their first deployment. Derived from `model_list`.
    public var models: [Model] = []
    /// The instances behind the deployments, in the order of first use; with `drover.expose_tags` also
    /// every one that only `drover.instances` names, by name. Derived.
    public var instances: [Instance] = []

    /// Nothing configured: every default, no model.
    public init() {}
}

extension Configuration {
    /// One entry of `model_list`: a model on an instance.
    public struct Deployment: Equatable, Sendable {
        /// `model_name`: the name clients ask for. Required.
        public var modelName: Located<String>
        /// `litellm_params.model` as written, such as `ollama/llama3.1:8b`. Required.
        public var model: Located<String>
        /// Who answers: `ollama` (also for `ollama_chat/`), `openai`, `anthropic` …; from the prefix of `model`, or
        /// from its name when it has none; `custom_llm_provider` wins. Empty when it cannot be told.
        public var provider: String
        /// `model` without the provider's prefix: the name the instance knows, such as `llama3.1:8b`.
        public var tag: String
        /// `litellm_params.api_base` in normal form. Default: the provider's own; for Ollama `OLLAMA_API_BASE` from the
        /// environment, else `http://localhost:11434`. `nil` for a provider without one, and when its variable is unset.
        public var apiBase: Located<BaseURL>?
        /// Position of its instance in ``Configuration/instances``.
        public var instance: Int = 0
        /// `litellm_params.api_key`: sent as `Authorization: Bearer`. Default: none.
        public var apiKey: Located<Secret>?
        /// Its share of its model's traffic under `simple-shuffle`: `weight`, where no deployment of the model has one
        /// `rpm`, else `tpm`, else 1 for each. One that lacks what its siblings have
        /// gets 0: it serves only when they are out.
        public var weight: Double = 1
        /// `litellm_params.max_parallel_requests`: a hard cap on its requests in flight.
        /// Default: `router_settings.default_max_parallel_requests`; `nil` is no cap.
        public var maxParallelRequests: Int?
        /// `litellm_params.timeout`: one attempt, to its last byte, for a stream to its first token.
        /// Default: `router_settings.timeout`.
        public var timeout: Duration
        /// `litellm_params.stream_timeout`: the longest gap between two pieces of a stream.
        /// Default: `router_settings.stream_timeout`, else `timeout`.
        public var streamTimeout: Duration
        /// When this deployment's breaker opens and for how long; `nil` when it never does.
        public var breaker: Breaker?
        /// `litellm_params.drop_params`. Default: `litellm_settings.drop_params`.
        public var dropParams: Bool
        /// The other `litellm_params`: sampling options and whatever else goes to the model (`num_ctx`, `temperature`,
        /// `keep_alive` …), each value as JSON text. What the request itself says wins. `extra_body` and `options` are
        /// spread out here.
        public var extras: [String: String] = [:]
        /// `model_info.id`, else 32 hex digits made from the parameters, without the secrets. Unique.
        public var id: String
        /// `model_info.slots`: requests the instance runs at once for this model (`OLLAMA_NUM_PARALLEL`).
        /// `nil`, the default, is unknown.
        public var slots: Int?
        /// Why it cannot serve at all, such as `OPENAI_API_KEY is not set`; `nil` when it can.
        public var unavailable: String?
    }

    /// A name clients ask for, with the deployments that serve it.
    public struct Model: Equatable, Sendable {
        /// As in `model_name`.
        public var name: String
        /// `model_info.routing_strategy` of one of its deployments, else `router_settings.routing_strategy`.
        public var strategy: RoutingStrategy
        /// `model_info.class` of one of its deployments: how urgent its requests are when `x-drover-class` does not say.
        /// Default: `default`.
        public var requestClass: RequestClass
        /// Positions in ``Configuration/modelList``, ascending.
        public var deployments: [Int]
    }

    /// One server at one base URL.
    public struct Instance: Equatable, Sendable {
        /// The name in `drover.instances`, else `host:port` with the URL's path. Unique.
        public var name: String
        /// Where it is; `nil` for a provider without a base URL, and when the variable that holds it is unset.
        public var baseURL: BaseURL?
        /// Who answers there, as in ``Deployment/provider``.
        public var provider: String
    }

    /// When a breaker opens and for how long.
    public struct Breaker: Equatable, Sendable {
        /// Failures in a row that open it, at least 1.
        public var tripAfter: Int
        /// How long it stays open the first time.
        public var open: Duration
        /// What that time grows to at most; never below `open`.
        public var maxOpen: Duration
    }
}

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

    /// `litellm_settings`, except for what ``RouterSettings`` holds.
    public struct LiteLLMSettings: Equatable, Sendable {
        /// `drop_params`: drop parameters a provider does not support instead of answering 400. Default: false.
        public var dropParams = false
        /// `set_verbose`: log at level debug. Default: false.
        public var setVerbose = false
        /// `json_logs`: the log as JSON lines, also on a terminal. Default: unset, which is JSON except on a terminal.
        public var jsonLogs: Bool?
    }

    /// `general_settings`.
    public struct GeneralSettings: Equatable, Sendable {
        /// `master_key`, else `LITELLM_MASTER_KEY` from the environment. Default: none, so no key is asked for.
        public var masterKey = MasterKey.absent
    }

    /// What is known of the master key.
    public enum MasterKey: Equatable, Sendable {
        /// None is configured: any key, or none, is accepted.
        case absent
        /// Requests must carry it (or a key made with it).
        case key(Secret)
        /// One is configured but its variable is unset or empty, as the reason says: `serve` must refuse to start.
        case missing(reason: String)
    }
}

extension Configuration {
    /// `drover`.
    public struct DroverSettings: Equatable, Sendable {
        /// `probe`: how instances are asked how they are.
        public var probe = Probe()
        /// `breaker`: what keeps a failing instance out.
        public var breaker = BreakerSettings()
        /// `retry_budget`: `off` is no limit but `num_retries`.
        public var retryBudget: RetryBudget? = RetryBudget()
        /// `queue`: where requests wait while every deployment of their model is full. `off` is a `max_waiting` of 0.
        public var queue = Queue()
        /// `first_token.deadline`: an attempt without a first token by then is given up and tried elsewhere; also for
        /// clients that do not stream. `off`, the default, is `nil`.
        public var firstTokenDeadline: Duration?
        /// `total_timeout`: the whole request with all its attempts. `off`, the default, is `nil`.
        public var totalTimeout: Duration?
        /// `expose_tags`: every tag an instance has is a model of that name. Default: false.
        public var exposeTags = false
        /// `context`: whether a request's `num_ctx` may make a loaded model load again. Default: `protect`.
        public var context = ContextPolicy.protect
        /// `decisions`: how many of the latest routing decisions are kept for `drover explain`; `off` is 0, a million is
        /// the most. Default: 1024, about two megabytes.
        public var decisions = 1024
        /// `public_metrics`: `GET /metrics` asks for no key. Default: false.
        public var publicMetrics = false
        /// `limits`: what the front accepts from clients.
        public var limits = Limits()
        /// `shutdown_grace`: how long open requests may take to end after SIGTERM. Default: 30 s.
        public var shutdownGrace = Duration.seconds(30)
    }

    /// `drover.probe`.
    public struct Probe: Equatable, Sendable {
        /// `interval`: from one probe of an instance to the next. Default: 5 s.
        public var interval = Duration.seconds(5)
        /// `timeout`: of one probe. Default: 2 s.
        public var timeout = Duration.seconds(2)
        /// `fall`: failed probes in a row that take an instance out. Default: 3.
        public var fall = 3
        /// `rise`: good probes in a row that bring it back. Default: 2.
        public var rise = 2
    }

    /// `drover.breaker`. What is set here wins over LiteLLM's `allowed_fails` and `cooldown_time`.
    public struct BreakerSettings: Equatable, Sendable {
        /// `breaker: off`, or `router_settings.disable_cooldowns`, is false. Default: true.
        public var enabled = true
        /// `trip_after`: failures in a row that open it; from `allowed_fails: n`, n + 1. Default: 5.
        public var tripAfter = 5
        /// `open`: how long it stays open the first time; from `cooldown_time`. Default: 30 s.
        public var open = Duration.seconds(30)
        /// `max_open`: what that time grows to at most. Default: 300 s, and never below `open`.
        public var maxOpen = Duration.seconds(300)
    }

    /// `drover.retry_budget`: limits retries onto instances that have not succeeded since their last failure.
    public struct RetryBudget: Equatable, Sendable {
        /// `percent`: such retries in flight, per 100 requests in flight. Default: 20.
        public var percent = 20.0
        /// `minimum`: such retries in flight that are always allowed. Default: 3.
        public var minimum = 3
    }

    /// `drover.queue`.
    public struct Queue: Equatable, Sendable {
        /// `max_waiting`: requests that may wait, per model; beyond it 429. Default: 512.
        public var maxWaiting = 512
        /// `max_wait`: how long one may wait before it gets 429. Default: 30 s; for models routed by `soonest`, whose
        /// queue stands in for the instances' own, as long as an attempt may take.
        public var maxWait = Duration.seconds(30)
        /// Whether `max_wait` is written, and so counts for every model. Default: false.
        public var isMaxWaitSet = false
    }

    /// `drover.limits`.
    public struct Limits: Equatable, Sendable {
        /// `max_body`: bytes of one request's body; beyond it 413. Default: 64 MiB.
        public var maxBody = 64 << 20
        /// `max_header`: bytes of one request's head; beyond it 431. Default: 64 KiB.
        public var maxHeader = 64 << 10
        /// `header_timeout`: for a whole head to arrive, from its first byte. Default: 10 s.
        public var headerTimeout = Duration.seconds(10)
        /// `body_timeout`: for a whole body to arrive; beyond it 408. Default: 120 s.
        public var bodyTimeout = Duration.seconds(120)
        /// `idle_timeout`: a connection without a request is closed after it. Default: 75 s.
        public var idleTimeout = Duration.seconds(75)
        /// `max_connections`: open client connections. Default: 10000.
        public var maxConnections = 10_000
    }
}
