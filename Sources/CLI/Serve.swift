import ArgumentParser
import Balancer
import Config
import Farm
import Logging
import Server
import ServiceLifecycle
import Telemetry
import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// `drover serve`: runs the gateway until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve", abstract: "Run the gateway. Also what `drover --config FILE` does.")

    @Option(
        name: .long, help: "LiteLLM-style YAML. Default: ./config.yaml, ./litellm_config.yaml, else localhost:11434.")
    var config: String?
    @Option(help: "Address to bind. Default: 0.0.0.0 with a master key, else 127.0.0.1.")
    var host: String?
    @Option(help: "Port; 0 picks a free one.")
    var port = 4000
    @Option(help: "Event loops. Default: one per core.")
    var threads: Int?
    @Flag(help: "Accepted for LiteLLM's sake: nothing has to be switched on.")
    var ui = false
    @Flag(help: "Allow another address than loopback without a master key.")
    var insecure = false
    @Option(help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel: String?
    @Option(help: "json or text. Default: text on a terminal, else json.")
    var logFormat: String?
    @Option(help: "PEM file with the certificate chain.")
    var tlsCert: String?
    @Option(help: "PEM file with the private key.")
    var tlsKey: String?
    @Flag(help: .hidden)
    var demo = false
    @Flag(inversion: .prefixedNo, help: .hidden)
    var directSend = true

    func validate() throws {
        guard (0...65535).contains(port) else { throw ValidationError("--port goes from 0 to 65535, not \(port)") }
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads goes from 1 to 256") }
        if (tlsCert == nil) != (tlsKey == nil) { throw ValidationError("--tls-cert and --tls-key go together") }
        if let logLevel, LogLevel.named(logLevel) == nil {
            throw ValidationError("--log-level \(logLevel) is unknown; write debug, info, notice, warning or error")
        }
        if let logFormat, !["json", "text"].contains(logFormat) {
            throw ValidationError("--log-format is json or text, not \(logFormat)")
        }
    }

    func run() async throws {
        OpenFiles.raiseLimit()
        var demoFarm: BoxFarm?
        let loaded: Loaded
        if demo, config == nil {
            (loaded, demoFarm) = try await Demo.load()
        } else {
            loaded = load()
        }
        try refuseFaults(loaded)
        let configuration = loaded.configuration
        let masterKey: String? =
            if case .key(let secret) = configuration.generalSettings.masterKey { secret.reveal() } else { nil }
        let host = try bindAddress(hasKey: masterKey != nil)
        let process: GatewayProcess
        do {
            process = try GatewayProcess(
                configuration,
                options: GatewayProcess.Options(
                    host: host, port: port, threads: threads ?? OpenFiles.cores, tls: try tls(),
                    directSend: directSend, environment: EnvironmentVariables.all),
                telemetry: { names in
                    Telemetry(
                        names: names,
                        sink: LogSink(
                            descriptor: STDOUT_FILENO, format: format(configuration), maximumQueuedBytes: 16 << 20),
                        level: LogLevel.chosen(
                            flag: logLevel.flatMap(LogLevel.named),
                            setVerbose: configuration.litellmSettings.setVerbose),
                        unixSeconds: TimeSource.live.unixSeconds)
                },
                masterKey: masterKey,
                onListening: { port in
                    let shown = host.contains(":") ? "[\(host)]" : host
                    Terminal.complain("listening on \(tlsCert == nil ? "http" : "https")://\(shown):\(port)")
                    if let line = Demo.hint(configuration, port: port), demo { Terminal.complain(line) }
                })
        } catch {
            throw StartFailure.describe(error, host: host, port: port)
        }
        defer { process.close() }
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: process.services.map { .init(service: $0) },
                gracefulShutdownSignals: [.sigterm, .sigint], logger: process.telemetry.logger("process")))
        do {
            try await group.run()
        } catch {
            throw StartFailure.describe(error, host: host, port: port)
        }
        await demoFarm?.shutdown()
    }

    private func load() -> Loaded {
        let environment = EnvironmentVariables.all
        if let config { return Loader.load(path: config, environment: environment) }
        for path in ["config.yaml", "litellm_config.yaml"] where access(path, R_OK) == 0 {
            return Loader.load(path: path, environment: environment)
        }
        return Loader.withoutFile(environment: environment)
    }

    private func refuseFaults(_ loaded: Loaded) throws {
        for warning in loaded.warnings { Terminal.complain("warning: \(warning)") }
        let faults = loaded.faults + loaded.refusals
        for fault in faults { Terminal.complain("\(fault)") }
        if !faults.isEmpty { throw ExitCode(1) }
    }

    private func bindAddress(hasKey: Bool) throws -> String {
        if hasKey { return host ?? "0.0.0.0" }
        let host = host ?? "127.0.0.1"
        guard ["127.0.0.1", "localhost", "::1"].contains(host) || host.hasPrefix("127.") || insecure else {
            Terminal.complain(
                "no master key is set, so anyone who reaches \(host) could use every model: set general_settings."
                    + "master_key (or LITELLM_MASTER_KEY), or bind 127.0.0.1, or pass --insecure")
            throw ExitCode(1)
        }
        Terminal.complain("warning: no master key is set: every request to \(host) is accepted")
        return host
    }

    private func format(_ configuration: Configuration) -> LogFormat {
        let isTerminal = isatty(STDOUT_FILENO) == 1
        let noColor = EnvironmentVariables.all["NO_COLOR"]
        switch logFormat {
        case "json": return .json
        case "text": return .text(colours: isTerminal && (noColor?.isEmpty ?? true))
        default:
            return configuration.litellmSettings.jsonLogs == true
                ? .json : .suited(toTerminal: isTerminal, noColor: noColor)
        }
    }

    private func tls() throws -> ServerConfiguration.TLS? {
        guard let tlsCert, let tlsKey else { return nil }
        return ServerConfiguration.TLS(certificateFile: tlsCert, keyFile: tlsKey)
    }
}
