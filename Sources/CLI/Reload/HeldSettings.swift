import Config

/// The settings that a gateway has from its start to its end: what is written otherwise is named, and stays as it is.
struct HeldSettings {
    /// The new configuration, with the old values of these.
    private(set) var configuration: Configuration
    /// Their names as the file has them.
    private(set) var names: [String] = []

    init(_ new: Configuration, asIn old: Configuration) {
        configuration = new
        hold("general_settings.master_key", \.generalSettings.masterKey, old)
        hold("general_settings.database_url", \.generalSettings.databaseURL, old)
        hold("general_settings.maximum_spend_logs_retention_period", \.generalSettings.retention, old)
        hold("general_settings.enable_jwt_auth and litellm_jwtauth", \.generalSettings.signIn, old)
        hold("litellm_settings.json_logs", \.litellmSettings.jsonLogs, old)
        hold("litellm_settings.set_verbose", \.litellmSettings.setVerbose, old)
        hold("litellm_settings.callbacks and what goes with them", \.exports, old)
        hold("drover.store", \.drover.store, old)
        hold("drover.keep_responses", \.drover.keepResponses, old)
        hold("drover.limits", \.drover.limits, old)
        hold("drover.decisions", \.drover.decisions, old)
        hold("drover.fetch_images", \.drover.fetchesImages, old)
        hold("drover.export_prompts", \.drover.exportsPrompts, old)
        hold("drover.public_metrics", \.drover.publicMetrics, old)
        hold("drover.reuse_port", \.drover.reusesPort, old)
        hold("drover.shutdown_delay", \.drover.shutdownDelay, old)
        hold("drover.shutdown_grace", \.drover.shutdownGrace, old)
    }

    /// Budgets of the configuration: a gateway that began without any book cannot hold to them.
    mutating func holdBudgets(asIn old: Configuration) {
        hold("litellm_settings.max_budget", \.litellmSettings.maxBudget, old)
        hold("router_settings.provider_budget_config", \.routerSettings.providerBudgets, old)
    }

    private mutating func hold<Value: Equatable>(
        _ name: String, _ path: WritableKeyPath<Configuration, Value>, _ old: Configuration
    ) {
        guard configuration[keyPath: path] != old[keyPath: path] else { return }
        names.append(name)
        configuration[keyPath: path] = old[keyPath: path]
    }
}
