public import Ledger

extension Configuration {
    /// `litellm_settings`, except for what ``RouterSettings`` holds.
    public struct LiteLLMSettings: Equatable, Sendable {
        /// `drop_params`: drop parameters a provider does not support instead of answering 400. Default: false.
        public var dropParams = false
        /// `include_cost_in_streaming_usage`: say in a stream's chunk of token counts what they cost. Default: false.
        public var includeCostInStreamingUsage = false
        /// `ssl_verify` and `ca_bundle`: whose certificates deployments trust that do not say so themselves.
        /// Default: those of the system's trust store.
        public var trust = Trust.system
        /// `set_verbose`: log at level debug. Default: false.
        public var setVerbose = false
        /// `json_logs`: the log as JSON lines, also on a terminal. Default: unset, which is JSON except on a terminal.
        public var jsonLogs: Bool?
        /// `max_budget`: the dollars that all requests together may cost in one window, as written. Default: no bound.
        public var maxBudget: Located<String>?
        /// `budget_duration`: the length of that window, as written (`30d`). Default: one that never ends.
        public var budgetDuration: Located<String>?
        /// `default_key_generate_params`, `upperbound_key_generate_params`, `default_internal_user_params`,
        /// `max_internal_user_budget`, `internal_user_budget_duration` and `default_team_params`: what rows made over the API
        /// have where nobody says, and the most that keys may have. Default: nothing.
        public var rows = RowRules()
        /// `budget_exceeded_status_code`: the status of a request whose budget is spent. Default: 422.
        public var budgetExceededStatus = 422
        /// `sse_keepalive_ping_interval_seconds`: how often a stream of events that stands still gets a comment line, so
        /// that no proxy on the way cuts it. Default: 15 s; `nil`, written as 0, is never.
        public var pingInterval: Duration? = .seconds(15)
    }

    /// `general_settings`.
    public struct GeneralSettings: Equatable, Sendable {
        /// `master_key`, else `LITELLM_MASTER_KEY` from the environment. Default: none, so no key is asked for.
        public var masterKey = MasterKey.absent
        /// `database_url`: the PostgreSQL database that keys and spend are kept in where `drover.store` is not written and it
        /// is not LiteLLM's own. Default: none.
        public var databaseURL: Located<Secret>?
        /// `maximum_spend_logs_retention_period`: how long rows of requests are kept, as written (`30d`). Default: for ever.
        public var retention: Located<String>?
        /// `store_prompts_in_spend_logs`: keep beside each row of a request what was asked and what was answered. Default: false.
        public var storesPrompts = false
        /// `user_header_mappings` of the role `customer`, else `user_header_name`, in lower case: headers with the customer for
        /// whom a request is made. Default: none but `x-litellm-customer-id` and `x-litellm-end-user-id`.
        public var customerHeaders: [String] = []
        /// `user_header_mappings` of the role `internal_user`, in lower case: headers with the user for whom a request is made.
        /// Default: none.
        public var userHeaders: [String] = []
        /// `enable_jwt_auth` and `litellm_jwtauth`: signing in by tokens of an identity provider. Default: nobody does.
        public var signIn: SignIn?
    }

    /// The master key, or the reason why there is none.
    public enum MasterKey: Equatable, Sendable {
        /// None is configured: any key, or none, is accepted.
        case absent
        /// Requests must carry it (or a key made with it).
        case key(Secret)
        /// One is configured but its variable is unset or empty, as the reason says: `serve` must refuse to start.
        case missing(reason: String)
    }
}
