extension Configuration {
    /// One entry of `model_list`: a model on an instance.
    public struct Deployment: Equatable, Sendable {
        /// `model_name`: the name clients ask for. Required.
        public var modelName: Located<String>
        /// `litellm_params.model` as written, such as `ollama/llama3.1:8b`. Required.
        public var model: Located<String>
        /// The provider: `ollama` (also for `ollama_chat/`), `openai`, `anthropic` …; from the prefix of `model`, or
        /// from its name when it has none; `custom_llm_provider` wins. Empty when it cannot be told.
        public var provider: String
        /// `model` without the provider's prefix: the name the instance knows, such as `llama3.1:8b`.
        public var tag: String
        /// `litellm_params.api_base` in normal form. Default: the first of the provider's base variables that is set
        /// (`OPENAI_BASE_URL`, `OLLAMA_API_BASE` …), else the provider's own; for `bedrock` its region's. `nil` for a
        /// provider without one, and when its variable is unset.
        public var apiBase: Located<BaseURL>?
        /// Position of its instance in ``Configuration/instances``.
        public var instance: Int = 0
        /// Whether what is sent to it stays inside: where its instance does, and not by a tag that Ollama itself passes on
        /// to its makers' cloud (`gpt-oss:120b-cloud`).
        public var isLocal = false
        /// Its credentials.
        public var account = Account()
        /// Its place among its model's deployments: `litellm_params.order`, else `model_info.order`. Those with the
        /// lowest that are not out serve, and the others wait until they are. `nil`, the default, is after all numbers.
        public var order: Int?
        /// Its share of its model's traffic under `simple-shuffle`: `weight`, where no deployment of the model has one
        /// `rpm`, else `tpm`, else 1 for each. One that lacks what its siblings have
        /// gets 0: it serves only when they are out.
        public var weight: Double = 1
        /// `litellm_params.rpm`: requests it may be sent in a minute. Default: `nil`, no limit; 0 is none either.
        public var rpm: Int?
        /// `litellm_params.tpm`: tokens it may be sent in a minute. Default: `nil`, no limit; 0 is none either.
        public var tpm: Int?
        /// `litellm_params.tags`: what requests with tags choose it by, where `router_settings.enable_tag_filtering` is
        /// on. Default: none.
        public var tags: [String] = []
        /// `model_info.max_input_tokens`: the longest prompt it takes, held to where
        /// `router_settings.enable_pre_call_checks` is on. Default: `nil`, unknown.
        public var maxInputTokens: Int?
        /// `model_info.access_groups`: names of groups of models, which lists of keys and teams may hold. Default: none.
        public var accessGroups: [String] = []
        /// `model_info.mode`: what it does, `embedding` where it makes those alone. Default: `nil`, by its name.
        public var mode: String?
        /// The price of its tokens, from `litellm_params`, else `model_info`. Default: `nil`, as in the price table.
        public var price: PriceOverride?
        /// `model_info.base_model`, else `litellm_params.base_model`: the model by which its price is looked up, for one
        /// whose own name says nothing (Azure). Default: `nil`, its own.
        public var baseModel: String?
        /// `litellm_params.max_parallel_requests`: a hard cap on its requests in flight.
        /// Default: `router_settings.default_max_parallel_requests`; `nil` is no cap.
        public var maxParallelRequests: Int?
        /// `litellm_params.timeout`: one attempt, to its last byte, for a stream to its first token.
        /// Default: `router_settings.timeout`.
        public var timeout: Duration
        /// `litellm_params.stream_timeout`: of a stream, the longest wait for the first token and the longest gap
        /// between two pieces after it.
        /// Default: `router_settings.stream_timeout`, else `timeout`.
        public var streamTimeout: Duration
        /// When this deployment's breaker opens and for how long; `nil` when it never does.
        public var breaker: Breaker?
        /// `litellm_params.drop_params`. Default: `litellm_settings.drop_params`.
        public var dropParams: Bool
        /// The other `litellm_params`: sampling options and whatever else goes to the model (`num_ctx`, `temperature`,
        /// `keep_alive` …), each value as JSON text. The request's own value wins. `extra_body` and `options` are
        /// spread out here.
        public var extras: [String: String] = [:]
        /// `model_info.id`, else 32 hex digits made from the parameters, without the secrets. Unique.
        public var id: String
        /// The `id` of the entry of `model_list` that this is one of several of: at an address of a name that is followed, under a name
        /// that a star stands for, at a provider that `*` stands for. `nil`: it is all of its entry.
        public var partOf: String?
        /// The `id` of its entry.
        public var entryID: String { partOf ?? id }
        /// `model_info.slots`: requests the instance runs at once for this model (`OLLAMA_NUM_PARALLEL`).
        /// `nil`, the default, is unknown.
        public var slots: Int?
        /// Why it cannot serve at all, such as `OPENAI_API_KEY is not set`; `nil` when it can.
        public var unavailable: String?

        /// The place of its entry, `model_list[0]`.
        var entry: String { String(model.path.prefix { $0 != "." }) }

        /// Its key: ``Account/apiKey``.
        public var apiKey: Located<Secret>? { account.apiKey }
    }
}
