public import Dialects
public import Ledger

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
        /// clients that do not stream. `nil` where it is learned, and for `off`.
        public var firstTokenDeadline: Duration?
        /// `first_token.deadline: auto`: how long first tokens take is learned of each instance inside, and where one is late another
        /// instance is asked as well. Default: true; false with `off` and with a duration.
        public var learnsFirstToken = true
        /// `first_token.canary`: an instance that answered nobody is asked for a token in a client's place. Default: false.
        public var usesCanaries = false
        /// `total_timeout`: the whole request with all its attempts. `off`, the default, is `nil`.
        public var totalTimeout: Duration?
        /// `expose_tags`: every tag an instance has is a model of that name. Default: false.
        public var exposeTags = false
        /// `discover`: host names whose addresses are instances of their own. `off`, the default, is `nil`; `dns` is all defaults.
        public var discovery: Discovery?
        /// `local_only`: names whose requests go to local instances and to no cloud, as written; for whether a name is
        /// kept in see ``Configuration/isLocalOnly(_:)``. Default: none.
        public var localOnly: [Located<String>] = []
        /// `overflow`: models that take over where the queue of another is too long; for one name's see
        /// ``Configuration/overflow(of:)``. `off` is none. Default: none.
        public var overflow: [Overflow] = []
        /// `compare_with`: the model, here or in the price table, whose price for the same request is given too.
        /// Default: none.
        public var compareWith: Located<String>?
        /// `price_map`: a file in the format of LiteLLM's price map, which overrules the built-in table. Relative to the
        /// file it is written in, and given as relative to the working directory. Default: none.
        public var priceMap: Located<String>?
        /// `store`: where keys, teams and spend are kept. Default: `drover.db` beside the configuration, which is made with
        /// the first key.
        public var store = Store.automatic("drover.db")
        /// `keep_responses`: where the answers of `/v1/responses` are kept. Default: `memory`.
        public var keepResponses = ResponseKeeping.memory
        /// `local`: instances by name or base URL, and whether they stand inside; overrules what their addresses say, in
        /// ``Configuration/Instance/isLocal``. Default: none.
        public var local: [String: Bool] = [:]
        /// `placement`: the boxes that should have a model, where those are not the ones of its deployments. Default: none.
        public var placement: [Placement] = []
        /// `keep_alive`: how long boxes keep models in memory behind their last request. For a model's see
        /// ``Configuration/keepAlive(of:)``. Default: none, so the boxes' own.
        public var keepAlive: [KeepAliveLine] = []
        /// `client_keep_alive`: whether a client's own `keep_alive` counts. Default: `nil`, for `extend` where the time is from
        /// `keep_alive` or `placement`, else `allow`.
        public var clientKeepAlive: KeepAlivePolicy.Client?
        /// `context`: whether a request's `num_ctx` may make a loaded model load again. Default: `protect`.
        public var context = ContextPolicy.protect
        /// `fetch_images`: whether pictures that stand on the web are fetched for instances that do not fetch them.
        /// Default: false.
        public var fetchesImages = false
        /// `repair_tool_calls`: what becomes of tool calls where an instance inside gives arguments that are no JSON. Default: `fix`.
        public var toolCallRepair = ToolCallRepair.fix
        /// `model_variables`: variables that models over the API may name beside the providers' own and those that `model_list`
        /// names; a star at the end of one stands for every end. Default: none.
        public var modelVariables: [Located<String>] = []
        /// `export_prompts`: whether Langfuse and traces are told what was asked. Default: false.
        public var exportsPrompts = false
        /// `decisions`: how many of the latest routing decisions are kept for `drover explain`; `off` is 0, a million is
        /// the most. Default: 1024, about two megabytes.
        public var decisions = 1024
        /// `public_metrics`: `GET /metrics` asks for no key. Default: false.
        public var publicMetrics = false
        /// `limits`: what the front accepts from clients.
        public var limits = Limits()
        /// `shutdown_delay`: how long all is served on after SIGTERM, while `/health/readiness` says 503. Default: none.
        public var shutdownDelay = Duration.zero
        /// `reuse_port`: whether the process that takes over may bind the port too. Default: false.
        public var reusesPort = false
        /// `shutdown_grace`: how long open requests may take to end after SIGTERM. Default: 30 s.
        public var shutdownGrace = Duration.seconds(30)
    }

    /// `drover.store`.
    public enum Store: Equatable, Sendable {
        /// Not written: this file if there is one, else made with the first key, team, user, customer or budget.
        case automatic(String)
        /// `sqlite:PATH`: this file from the start. A path that is not absolute is meant from the folder of the file it is
        /// written in.
        case sqlite(String)
        /// `postgres://USER:PASSWORD@HOST/DATABASE`: tables of their own in this database.
        case postgresql(Secret)
        /// `off`: in memory, and gone with the process.
        case off
    }

    /// One line of `drover.keep_alive`.
    public struct KeepAliveLine: Equatable, Sendable {
        /// A tag, a name that clients ask for, or a pattern of such; `nil` is every other model.
        public var model: Located<String>?
        /// How long it stays.
        public var time: KeepAlive
    }

    /// One line of `drover.placement`.
    public struct Placement: Equatable, Sendable {
        /// The key: a tag such as `llama3.1:70b`, or a name that clients ask for.
        public var model: Located<String>
        /// The boxes by their instances' names, each once, at least one.
        public var boxes: [Located<String>]
    }

    /// One line of `drover.overflow`.
    public struct Overflow: Equatable, Sendable {
        /// `model`: who takes over. Required.
        public var model: Located<String>
        /// `when_wait_exceeds`: how long a request would have to wait for it to go there. Required.
        public var whenWaitExceeds: Duration
        /// `for`: whose requests. `nil`, the default, is every model's but `model`'s own.
        public var models: [Located<String>]?
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

    /// `drover.breaker`. Its values win over LiteLLM's `allowed_fails` and `cooldown_time`.
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
        /// `percent`: such retries, per 100 requests of the last ten seconds. Default: 20.
        public var percent = 20.0
        /// `minimum`: such retries that are always allowed in a second. Default: 3.
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
        /// `objective`: a request whose first token is predicted to come later is told at once, so that others are in time;
        /// for models routed by `soonest`. `x-drover-objective` of a request wins. Default: nil, nobody is.
        public var objective: Duration?
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
        /// `min_client_rate`: bytes a second that a client which is behind has to take, on average over `idle_timeout`; `off` is 0.
        /// Default: 240 B.
        public var minClientRate = 240
        /// `max_connections`: open client connections. Default: `nil`, for 10000, or fewer where the limit of open files has no room.
        public var maxConnections: Int?
        /// `memory`: bytes of bodies and answers that all connections hold together. Default: half of what the process may have.
        public var memory = Memory.automatic
    }

    /// `drover.limits.memory`.
    public enum Memory: Equatable, Sendable {
        /// Half of the machine's memory, or of its control group's.
        case automatic
        case bytes(Int)
        /// No limit.
        case off
    }
}
