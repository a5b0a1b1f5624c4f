import Config
import Server

extension ConfigurationView {
    /// A configuration in words. Each line is named here, so that nothing is shown that was not meant to be.
    init(_ loaded: Loaded) {
        self.init()
        warnings = loaded.warnings.map { "\($0)" }
        sections = Self.sections(of: loaded.configuration)
    }

    /// What is shown of a configuration.
    static func sections(of configuration: Configuration) -> [Section] {
        [
            Self.models(configuration), Self.routing(configuration), Self.fallbacks(configuration.routerSettings),
            Self.boxes(configuration.drover), Self.limits(configuration.drover), Self.books(configuration),
        ].filter { !$0.rows.isEmpty }
    }

    private static func models(_ configuration: Configuration) -> Section {
        Section(
            "Models",
            configuration.models.map { model in
                let places = model.deployments.map { place in
                    let deployment = configuration.modelList[place]
                    return "\(deployment.model.value) on \(configuration.instances[deployment.instance].name)"
                }
                return (model.name, ([model.strategy.rawValue] + places).joined(separator: "\n"))
            })
    }

    private static func routing(_ configuration: Configuration) -> Section {
        let router = configuration.routerSettings
        return Section(
            "Routing",
            [
                ("routing_strategy", router.routingStrategy.rawValue), ("num_retries", "\(router.numRetries)"),
                ("timeout", span(router.timeout)), ("stream_timeout", span(router.streamTimeout)),
                ("total_timeout", span(configuration.drover.totalTimeout)),
                (
                    "first_token.deadline",
                    configuration.drover.learnsFirstToken ? "auto" : span(configuration.drover.firstTokenDeadline)
                ),
                ("first_token.canary", "\(configuration.drover.usesCanaries)"),
                ("drop_params", "\(configuration.litellmSettings.dropParams)"),
                ("local_only", list(configuration.drover.localOnly.map(\.value))),
            ])
    }

    private static func fallbacks(_ router: Configuration.RouterSettings) -> Section {
        func rows(_ name: String, _ table: FallbackTable) -> [(name: String, value: String)] {
            table.rules.map { rule in
                ("\(name): \(rule.model.value)", rule.targets.map(\.value).joined(separator: ", "))
            }
        }
        return Section(
            "Fallbacks",
            rows("fallbacks", router.fallbacks) + rows("context_window", router.contextWindowFallbacks)
                + rows("content_policy", router.contentPolicyFallbacks))
    }

    private static func boxes(_ drover: Configuration.DroverSettings) -> Section {
        Section(
            "Boxes",
            [
                ("probe.interval", span(drover.probe.interval)), ("probe.timeout", span(drover.probe.timeout)),
                ("probe.fall, rise", "\(drover.probe.fall), \(drover.probe.rise)"),
                ("breaker", drover.breaker.enabled ? "after \(drover.breaker.tripAfter) failures" : "off"),
                ("breaker.open, max_open", "\(span(drover.breaker.open)), \(span(drover.breaker.maxOpen))"),
                ("retry_budget", drover.retryBudget.map { "\($0.percent) %, at least \($0.minimum)" } ?? "off"),
                ("expose_tags", "\(drover.exposeTags)"),
                ("discover", drover.discovery.map { "dns, every \(span($0.interval))" } ?? "off"),
            ])
    }

    private static func limits(_ drover: Configuration.DroverSettings) -> Section {
        Section(
            "Queue and limits",
            [
                ("queue.max_waiting", "\(drover.queue.maxWaiting)"), ("queue.max_wait", span(drover.queue.maxWait)),
                ("queue.objective", span(drover.queue.objective)),
                ("limits.max_body", "\(drover.limits.maxBody >> 10) KiB"),
                ("limits.max_connections", drover.limits.maxConnections.map(String.init) ?? "as open files allow"),
                ("limits.idle_timeout", span(drover.limits.idleTimeout)),
                ("limits.memory", memory(drover.limits.memory)),
                ("limits.min_client_rate", "\(drover.limits.minClientRate) B/s"),
                ("shutdown_delay, shutdown_grace", "\(span(drover.shutdownDelay)), \(span(drover.shutdownGrace))"),
                ("reuse_port", "\(drover.reusesPort)"),
            ])
    }

    private static func books(_ configuration: Configuration) -> Section {
        let store =
            switch configuration.drover.store {
            case .automatic(let path): "\(path), made with the first key"
            case .sqlite(let path): "sqlite:\(path)"
            case .postgresql: "PostgreSQL"
            case .off: "off: in memory"
            }
        var hasKey = false
        if case .key = configuration.generalSettings.masterKey { hasKey = true }
        return Section(
            "Keys and books",
            [
                ("master_key", hasKey ? "set" : "none: everyone is let in"), ("store", store),
                ("max_budget", configuration.litellmSettings.maxBudget?.value ?? "none"),
                ("compare_with", configuration.drover.compareWith?.value ?? "none"),
                ("maximum_spend_logs_retention_period", configuration.generalSettings.retention?.value ?? "for ever"),
                ("headers of customers", list(configuration.generalSettings.customerHeaders)),
                ("headers of users", list(configuration.generalSettings.userHeaders)),
                ("store_prompts_in_spend_logs", configuration.generalSettings.storesPrompts ? "on" : "off"),
            ])
    }

    // MARK: Words

    private static func span(_ duration: Duration?) -> String {
        guard let duration else { return "off" }
        let (seconds, rest) = duration.components
        return rest == 0 ? "\(seconds) s" : "\(seconds * 1000 + rest / 1_000_000_000_000_000) ms"
    }

    private static func memory(_ limit: Configuration.Memory) -> String {
        switch limit {
        case .automatic: "half of what the process may have"
        case .bytes(let bytes): "\(bytes >> 10) KiB"
        case .off: "off"
        }
    }

    private static func list(_ names: [String]) -> String { names.isEmpty ? "none" : names.joined(separator: ", ") }
}
