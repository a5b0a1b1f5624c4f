import Ledger

/// `router_settings`, `litellm_settings` and `general_settings` as written, before one is weighed against another.
struct SettingsReader {
    var router = Configuration.RouterSettings()
    var litellm = Configuration.LiteLLMSettings()
    var general = Configuration.GeneralSettings()
    /// Kept with their places: `drover.breaker` may overrule them.
    var allowedFails: Located<Int>?
    var cooldownTime: Located<Duration>?
    var disableCooldowns: Located<Bool>?
    var allowedFailsPolicy: Located<Configuration.AllowedFailsPolicy>?
    /// Every table of fallbacks that is written, for the check that the models exist: also where another one wins.
    private(set) var fallbackTables: [FallbackTable] = []
    /// The models that `model_group_retry_policy` names.
    private(set) var modelsWithPolicies: [Located<String>] = []

    private let log: DiagnosticLog

    init(_ root: SectionReader, log: DiagnosticLog) {
        self.log = log
        let litellmSection = Self.section("litellm_settings", KnownKeys.litellmSettings, root)
        let routerSection = Self.section("router_settings", KnownKeys.routerSettings, root)
        readLiteLLM(litellmSection)
        readRouter(routerSection, litellmSection)
        readFallbacks(routerSection, litellmSection)
        if let routerSection { readPolicies(routerSection) }
    }

    static func section(_ name: String, _ table: KnownSection, _ root: SectionReader) -> SectionReader? {
        root.entry(name).flatMap { SectionReader($0.value, path: name, table: table, log: root.log) }
    }

    private mutating func readLiteLLM(_ section: SectionReader?) {
        guard let section else { return }
        if let value = section.truth("drop_params") { litellm.dropParams = value.value }
        if let value = section.truth("include_cost_in_streaming_usage") {
            litellm.includeCostInStreamingUsage = value.value
        }
        if let value = section.truth("set_verbose") { litellm.setVerbose = value.value }
        if let trust = TrustReader(log: log).read(section) { litellm.trust = trust }
        if let value = section.truth("json_logs") { litellm.jsonLogs = value.value }
        let budgets = BudgetReader(log: log)
        litellm.maxBudget = budgets.dollars("max_budget", of: section)
        litellm.budgetDuration = budgets.period("budget_duration", of: section)
        litellm.rows = RowRulesReader(log: log).read(section)
        if let status = section.whole("budget_exceeded_status_code", atLeast: 400, atMost: 499) {
            litellm.budgetExceededStatus = status.value
        }
        if section.entry("sse_keepalive_ping_interval_seconds")?.value.isOff == true {
            litellm.pingInterval = nil
        } else if let value = section.seconds("sse_keepalive_ping_interval_seconds", mayBeZero: true) {
            litellm.pingInterval = value.value > .zero ? value.value : nil
        }
    }

    private mutating func readRouter(_ router: SectionReader?, _ litellm: SectionReader?) {
        if let value = router?.strategy("routing_strategy") { self.router.routingStrategy = value.value }
        let retries = stronger(router?.whole("num_retries", atLeast: 0), litellm?.whole("num_retries", atLeast: 0))
        if let retries { self.router.numRetries = retries.value }
        if let timeout = stronger(router?.seconds("timeout"), litellm?.seconds("request_timeout")) {
            self.router.timeout = timeout.value
        }
        self.router.streamTimeout = router?.seconds("stream_timeout")?.value
        if let value = router?.seconds("retry_after", mayBeZero: true) { self.router.retryAfter = value.value }
        allowedFails = stronger(
            router?.whole("allowed_fails", atLeast: 0), litellm?.whole("allowed_fails", atLeast: 0))
        self.router.allowedFails = allowedFails?.value
        cooldownTime = stronger(
            router?.seconds("cooldown_time", mayBeZero: true), litellm?.seconds("cooldown_time", mayBeZero: true))
        self.router.cooldownTime = cooldownTime?.value
        disableCooldowns = router?.truth("disable_cooldowns")
        if let value = disableCooldowns { self.router.disableCooldowns = value.value }
        self.router.defaultMaxParallelRequests = router?.whole("default_max_parallel_requests", atLeast: 1)?.value
        if let router {
            self.router.modelGroupAlias = aliases(router)
            self.router.providerBudgets = BudgetReader(log: log).providers(of: router)
        }
    }

    private mutating func readFallbacks(_ router: SectionReader?, _ litellm: SectionReader?) {
        let reader = FallbackReader(log: log)
        func table(_ key: String) -> FallbackTable {
            let (ours, theirs) = (reader.table(key, of: router), reader.table(key, of: litellm))
            fallbackTables += [ours, theirs].compactMap(\.self?.value)
            return stronger(ours, theirs)?.value ?? FallbackTable()
        }
        self.router.fallbacks = table("fallbacks")
        self.router.contextWindowFallbacks = table("context_window_fallbacks")
        self.router.contentPolicyFallbacks = table("content_policy_fallbacks")
        if let defaults = stronger(reader.defaults(of: router), reader.defaults(of: litellm)) {
            if let star = self.router.fallbacks.rules.firstIndex(where: { $0.model.value == "*" }) {
                let other = self.router.fallbacks.rules.remove(at: star).model
                log.warning(other.mark, other.path, "\(defaults.path) is set too and wins")
            }
            let star = Located("*", mark: defaults.mark, path: defaults.path)
            let rule = FallbackTable.Rule(model: star, targets: defaults.value)
            self.router.fallbacks.rules.append(rule)
            fallbackTables.append(FallbackTable(rules: [rule]))
        }
        let most = stronger(router?.whole("max_fallbacks", atLeast: 0), litellm?.whole("max_fallbacks", atLeast: 0))
        if let most { self.router.maxFallbacks = most.value }
    }

    private mutating func readPolicies(_ section: SectionReader) {
        let reader = PolicyReader(log: log)
        router.retryPolicy = reader.retries(section)
        for (model, policy) in reader.modelRetries(section) {
            router.modelGroupRetryPolicy[model.value] = policy
            modelsWithPolicies.append(model)
        }
        allowedFailsPolicy = reader.allowedFails(section)
        router.allowedFailsPolicy = allowedFailsPolicy?.value
        if let value = section.truth("enable_pre_call_checks") { router.enablePreCallChecks = value.value }
        if let value = section.truth("enable_tag_filtering") { router.enableTagFiltering = value.value }
        if let value = section.truth("tag_filtering_match_any") { router.tagFilteringMatchAny = value.value }
    }

    /// Where both sections set the same thing, `router_settings` wins.
    private func stronger<T: Equatable>(_ router: Located<T>?, _ litellm: Located<T>?) -> Located<T>? {
        if let router, let litellm, router != litellm {
            log.warning(litellm.mark, litellm.path, "\(router.path) is set too and wins")
        }
        return router ?? litellm
    }

    /// `{alias: model}` or `{alias: {model: …, hidden: true}}`.
    private func aliases(_ section: SectionReader) -> [Configuration.Alias] {
        guard let node = section.entry("model_group_alias")?.value else { return [] }
        let path = section.path("model_group_alias")
        guard case .mapping(let entries) = node.content else {
            if node.firstUnresolved == nil { log.fault(node.mark, path, "expects a mapping, found \(node.shown)") }
            return []
        }
        let found = entries.compactMap { entry -> Configuration.Alias? in
            switch entry.value.content {
            case .scalar(let scalar) where !entry.value.isNull && !scalar.text.isEmpty:
                let model = Located(scalar.text, mark: entry.value.mark, path: "\(path).\(entry.key)")
                return Configuration.Alias(name: entry.key, model: model, hidden: false)
            case .mapping:
                let table = KnownSection("model_group_alias", acted: ["model", "hidden"])
                guard
                    let alias = SectionReader(entry.value, path: "\(path).\(entry.key)", table: table, log: log)
                else { return nil }
                guard let model = alias.text("model") else {
                    if alias.entry("model") == nil { log.fault(entry.value.mark, alias.path, "names no model") }
                    return nil
                }
                return Configuration.Alias(
                    name: entry.key, model: model, hidden: alias.truth("hidden")?.value ?? false)
            case .unresolved: return nil
            case .scalar, .sequence:
                log.fault(entry.value.mark, "\(path).\(entry.key)", "expects a model, found \(entry.value.shown)")
                return nil
            }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// The master key of the file, else of the environment, the database, how long rows are kept and with what. A key that is configured and not there is a refusal.
    mutating func readGeneral(_ root: SectionReader, environment: [String: String]) {
        let section = Self.section("general_settings", KnownKeys.generalSettings, root)
        general.databaseURL = section.flatMap { BudgetReader(log: log).database(of: $0) }
        general.retention = section.flatMap {
            BudgetReader(log: log).period("maximum_spend_logs_retention_period", of: $0)
        }
        if let value = section?.truth("store_prompts_in_spend_logs") { general.storesPrompts = value.value }
        if let section { SenderHeaderReader(log: log).read(section, into: &general) }
        let name = "LITELLM_MASTER_KEY"
        if let entry = section?.entries.last(where: { $0.key == "master_key" }) {
            let path = "general_settings.master_key"
            if case .unresolved(_, let reason) = entry.value.content {
                refuse(entry.value.mark, path, reason)
            } else if entry.value.isNull {
                log.fault(entry.value.mark, path, "is empty; write a key or remove the line")
            } else if let key = section?.secret("master_key") {
                if key.value.reveal() == "sk-1234" {
                    log.warning(key.mark, path, "this key is in every tutorial; make one of your own")
                }
                general.masterKey = .key(key.value)
            }
        } else if let key = environment[name] {
            if key.allSatisfy(\.isWhitespace) {
                log.unsetVariable(nil, "", "\(name) is empty; serve refuses to start until it is set or removed")
                refuse(nil, "", "\(name) is empty")
            } else {
                let inner = key.withoutOuterBlanks
                if inner != nil { log.warning(nil, name, String.outerBlanksWarning) }
                general.masterKey = .key(Secret(inner ?? key))
            }
        }
    }

    /// What the environment says of rows.
    mutating func readRows(_ variables: Variables) { litellm.rows.grace = RowRulesReader(log: log).grace(variables) }

    /// Signing in by a token: once the master key is known.
    mutating func readSignIn(_ root: SectionReader, _ variables: Variables) {
        guard case .mapping(let entries)? = root.entry("general_settings")?.value.content else { return }
        // The section was read with its warnings before.
        let section = SectionReader(of: entries, path: "general_settings", mark: root.mark, log: log)
        general.signIn = SignInReader(variables: variables, log: log).read(section, masterKey: general.masterKey)
    }

    private mutating func refuse(_ mark: SourceMark?, _ path: String, _ reason: String) {
        general.masterKey = .missing(reason: reason)
        log.refusal(Diagnostic(mark: mark, path: path, message: "\(reason); a gateway without its key would be open"))
    }
}
