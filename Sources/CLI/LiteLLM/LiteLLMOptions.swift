import ArgumentParser
import Config

/// Options of LiteLLM's command line that mean something here, by LiteLLM's names.
struct LiteLLMOptions: ParsableArguments {
    // The server.
    @Option(name: .customLong("num_workers")) var workers: Int?
    @Option(name: .customLong("ssl_certfile_path")) var certificateFile: String?
    @Option(name: .customLong("ssl_keyfile_path")) var keyFile: String?
    @Option(name: .customLong("keepalive_timeout")) var keepAliveTimeout: Double?
    @Option(name: .customLong("limit_concurrency")) var connections: Int?
    @Flag(name: .customLong("debug")) var debug = false
    @Flag(name: .customLong("detailed_debug")) var detailedDebug = false

    // Requests.
    @Option(name: .customLong("request_timeout")) var requestTimeout: Double?
    @Flag(name: .customLong("drop_params")) var dropParams = false

    // One model, without a file or beside it.
    @Option(name: [.customLong("model"), .customShort("m")]) var model: String?
    @Option(name: .customLong("alias")) var alias: String?
    @Option(name: .customLong("api_base")) var apiBase: String?
    @Option(name: .customLong("api_version")) var apiVersion: String?
    @Option(name: .customLong("headers")) var headers: String?
    @Option(name: .customLong("temperature")) var temperature: Double?
    @Option(name: .customLong("max_tokens")) var maxTokens: Int?

    // Other work than serving.
    @Flag(name: .customShort("v")) var version = false
    @Flag(name: .customLong("validate_config")) var validatesConfig = false
    @Flag(name: .customLong("health")) var asksHealth = false
    @Flag(name: .customLong("skip_server_startup")) var skipsServer = false
    @Flag(name: .customLong("test")) var tests = false
    @Flag(name: .customLong("test_async")) var testsQueue = false
    @Flag(name: .customLong("setup")) var setsUp = false

    func validate() throws {
        if let workers, workers < 1 { throw ValidationError("--num_workers is at least 1") }
        if let connections, connections < 1 { throw ValidationError("--limit_concurrency is at least 1") }
        if let requestTimeout, !(requestTimeout > 0) { throw ValidationError("--request_timeout is more than 0") }
        if let keepAliveTimeout, !(keepAliveTimeout > 0) { throw ValidationError("--keepalive_timeout is more than 0") }
        if tests || testsQueue {
            throw ValidationError("--test is not built: ask a running gateway with curl, its boxes with `check --live`")
        }
        if setsUp { throw ValidationError("--setup is not built: write a config.yaml, or start without one") }
    }

    /// Options that have no effect as they stand.
    var warnings: [String] {
        guard model == nil else { return [] }
        let needing = [
            ("--alias", alias != nil), ("--api_base", apiBase != nil), ("--headers", headers != nil),
            ("--temperature", temperature != nil), ("--max_tokens", maxTokens != nil),
            ("--api_version", apiVersion != nil),
        ]
        return needing.filter(\.1).map { "\($0.0) is about the model of --model, and none is named" }
    }

    /// What they say of the configuration.
    var settings: CommandLineSettings {
        var settings = CommandLineSettings()
        settings.requestTimeout = requestTimeout
        settings.dropParams = dropParams
        settings.idleTimeout = keepAliveTimeout
        settings.maxConnections = connections
        settings.model = model.map { name in
            var model = CommandLineSettings.Model(name)
            model.alias = alias
            model.apiBase = apiBase
            model.apiVersion = apiVersion
            model.headers = headers
            model.temperature = temperature
            model.maxTokens = maxTokens
            return model
        }
        return settings
    }
}
