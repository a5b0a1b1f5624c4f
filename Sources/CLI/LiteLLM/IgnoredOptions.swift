import ArgumentParser

/// Options of LiteLLM's command line that mean nothing here: accepted with a warning, so that its start commands and
/// compose files work as they are.
struct IgnoredOptions: ParsableArguments {
    /// Those without a value.
    enum Switch: String, EnumerableFlag {
        case save, local, reload
        case useQueue = "use_queue"
        case addFunctionToPrompt = "add_function_to_prompt"
        case iamTokenAuth = "iam_token_db_auth"
        case azurePostgreSQLAuth = "azure_postgresql_auth"
        case gunicorn = "run_gunicorn"
        case hypercorn = "run_hypercorn"
        case granian = "run_granian"
        case prismaPush = "use_prisma_db_push"
        case prismaMigrate = "use_prisma_migrate"
        case migrationCheck = "enforce_prisma_migration_check"
        case newMigrations = "use_v2_migration_resolver"
        case oldMigrations = "use_legacy_migration_resolver"

        static func name(for value: Switch) -> NameSpecification { .customLong(value.rawValue) }
    }

    @Flag var switches: [Switch] = []
    // A deprecated switch of some releases, an option of others.
    @Option(name: .customLong("telemetry"), defaultAsFlag: "true") var telemetry: String?
    @Option(name: .customLong("add_key")) var addKey: String?
    @Option(name: .customLong("max_budget")) var maxBudget: String?
    @Option(name: .customLong("log_config")) var logConfig: String?
    @Option(name: .customLong("num_requests")) var numRequests: String?
    @Option(name: .customLong("ciphers")) var ciphers: String?
    @Option(name: .customLong("granian_threads")) var granianThreads: String?
    @Option(name: .customLong("timeout_worker_healthcheck")) var workerHealthcheck: String?
    @Option(name: .customLong("max_requests_before_restart")) var maxRequests: String?
    @Option(name: .customLong("max_requests_before_restart_jitter")) var maxRequestsJitter: String?
    @Option(name: .customLong("prometheus_metrics_port")) var metricsPort: String?

    /// A sentence for each that was given.
    var warnings: [String] {
        let values: [(String, String?, String?)] = [
            ("telemetry", telemetry, "none is sent"),
            ("add_key", addKey, nil),
            ("max_budget", maxBudget, "set litellm_settings.max_budget"),
            ("log_config", logConfig, "see --log-level and --log-format"),
            ("num_requests", numRequests, nil),
            ("ciphers", ciphers, nil),
            ("granian_threads", granianThreads, "see --threads"),
            ("timeout_worker_healthcheck", workerHealthcheck, nil),
            ("max_requests_before_restart", maxRequests, nil),
            ("max_requests_before_restart_jitter", maxRequestsJitter, nil),
            ("prometheus_metrics_port", metricsPort, "GET /metrics answers on the one port"),
        ]
        let given = switches.map { ($0.rawValue, String?.none) } + values.filter { $0.1 != nil }.map { ($0.0, $0.2) }
        return given.map { name, note in "--\(name) has no effect here" + (note.map { "; \($0)" } ?? "") }
    }
}
