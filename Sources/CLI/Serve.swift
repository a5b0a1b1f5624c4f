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
        name: [.long, .customShort("c")],
        help:
            "LiteLLM-style YAML; - reads standard input. Default: ./config.yaml, ./litellm_config.yaml, else localhost:11434."
    )
    var config: String?
    @Option(help: "Address to bind. Default: 0.0.0.0 with a master key, else 127.0.0.1.")
    var host: String?
    @Option(help: "Port; 0 picks a free one. (default: 4000)")
    var port: Int?
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
    @Flag(help: "Share the port with the process that this one takes over from; see docs/LIMITS.md.")
    var reusePort = false
    @Flag(help: .hidden)
    var demo = false
    @Flag(inversion: .prefixedNo, help: .hidden)
    var directSend = true
    @OptionGroup(visibility: .hidden) var litellm: LiteLLMOptions
    @OptionGroup(visibility: .hidden) var ignored: IgnoredOptions

    func validate() throws {
        if let port, !(0...65535).contains(port) {
            throw ValidationError("--port goes from 0 to 65535, not \(port)")
        }
        if let threads, !(1...256).contains(threads) { throw ValidationError("--threads goes from 1 to 256") }
        if (certificateFile == nil) != (keyFile == nil) {
            throw ValidationError("--tls-cert and --tls-key go together")
        }
        if let logLevel, LogLevel.named(logLevel) == nil {
            throw ValidationError("--log-level \(logLevel) is unknown; write debug, info, notice, warning or error")
        }
        if let logFormat, !["json", "text"].contains(logFormat) {
            throw ValidationError("--log-format is json or text, not \(logFormat)")
        }
    }

    func run() async throws {
        if litellm.version {
            Terminal.write("drover \(Drover.release)\n")
            return
        }
        Signals.ignoreHarmless()
        OpenFiles.raiseLimit()
        let port = self.port ?? variables.port ?? 4000
        if litellm.asksHealth {
            return try await StatusCommand.parse(["--url", "http://127.0.0.1:\(port)"]).run()
        }
        var demoFarm: BoxFarm?
        let loaded: Loaded
        var source = source
        if demo, config == nil {
            (loaded, demoFarm) = try await Demo.load()
        } else {
            loaded = source.begin()
        }
        for warning in ignored.warnings + litellm.warnings { Terminal.complain("warning: \(warning)") }
        try refuseFaults(loaded)
        if litellm.validatesConfig || litellm.skipsServer {
            Terminal.complain("the configuration has no fault; no server is started")
            return
        }
        try await serve(loaded, port: port, read: demo ? nil : source.read)
        await demoFarm?.shutdown()
    }

    private func serve(_ loaded: Loaded, port: Int, read: ConfigurationReading?) async throws {
        let configuration = loaded.configuration
        let masterKey: String? =
            if case .key(let secret) = configuration.generalSettings.masterKey { secret.reveal() } else { nil }
        let sockets = try InheritedSockets.take()
        let host = try bindAddress(hasKey: masterKey != nil, inherited: InheritedSockets.host(of: sockets))
        let tls = tls
        let process: GatewayProcess
        do {
            process = try await GatewayProcess(
                configuration,
                options: GatewayProcess.Options(
                    host: host, port: port, threads: eventLoops, tls: tls,
                    directSend: directSend, sharesPort: reusePort, sockets: sockets,
                    environment: EnvironmentVariables.all, read: read),
                telemetry: { names in
                    Telemetry(
                        names: names,
                        sink: LogSink(
                            descriptor: STDOUT_FILENO, format: format(configuration), maximumQueuedBytes: 16 << 20),
                        level: LogLevel.chosen(
                            flag: chosenLogLevel, setVerbose: configuration.litellmSettings.setVerbose),
                        unixSeconds: TimeSource.live.unixSeconds)
                },
                masterKey: masterKey,
                onListening: { port in
                    let shown = host.contains(":") ? "[\(host)]" : host
                    Terminal.complain("listening on \(tls == nil ? "http" : "https")://\(shown):\(port)")
                    if let line = Demo.hint(configuration, port: port), demo { Terminal.complain(line) }
                })
        } catch {
            throw StartFailure.describe(error, host: host, port: port)
        }
        defer { process.close() }
        process.server.show(ConfigurationView(loaded))
        let group = ServiceGroup(
            configuration: ServiceGroupConfiguration(
                services: process.services.map { .init(service: $0) }, gracefulShutdownSignals: [],
                logger: process.telemetry.logger("process")))
        let kept = await Signals.keep()
        let signals = Task {
            await Signals.watch(
                kept, stop: { await group.triggerGracefulShutdown() }, hurry: { process.server.endAtOnce() },
                hangUp: { Task { await process.hangUp() } })
        }
        defer { signals.cancel() }
        do {
            try await group.run()
        } catch {
            throw StartFailure.describe(error, host: host, port: port)
        }
    }

    // MARK: The options, whoever's names they were given by

    private var variables: LiteLLMVariables { LiteLLMVariables(environment: EnvironmentVariables.all) }

    private var certificateFile: String? { tlsCert ?? litellm.certificateFile ?? variables.certificateFile }
    private var keyFile: String? { tlsKey ?? litellm.keyFile ?? variables.keyFile }

    /// A worker of LiteLLM's is a process; here it is an event loop, of which more than cores are of no use.
    private var eventLoops: Int {
        threads ?? (litellm.workers ?? variables.workers).map { min($0, OpenFiles.cores) } ?? OpenFiles.cores
    }

    private var chosenLogLevel: Logger.Level? {
        if let named = logLevel.flatMap(LogLevel.named) { return named }
        return litellm.debug || litellm.detailedDebug ? .debug : variables.logLevel
    }

    private var source: ConfigurationSource {
        ConfigurationSource(
            path: config ?? variables.config, environment: EnvironmentVariables.all, commandLine: litellm.settings)
    }

    private func refuseFaults(_ loaded: Loaded) throws {
        for warning in CheckReport.lines(of: loaded.warnings, "warning") { Terminal.complain("warning: \(warning)") }
        let faults = loaded.faults + loaded.refusals
        for fault in CheckReport.lines(of: faults, "fault") { Terminal.complain(fault) }
        if !faults.isEmpty { throw ExitCode(1) }
    }

    private func bindAddress(hasKey: Bool, inherited: String?) throws -> String {
        let given = inherited ?? host ?? variables.host
        if hasKey { return given ?? "0.0.0.0" }
        let host = given ?? "127.0.0.1"
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

    private var tls: ServerConfiguration.TLS? {
        guard let certificateFile, let keyFile else { return nil }
        return ServerConfiguration.TLS(certificateFile: certificateFile, keyFile: keyFile)
    }
}
