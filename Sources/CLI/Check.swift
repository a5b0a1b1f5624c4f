import ArgumentParser
import Config
import Glibc
import Upstream

/// `drover check`: everything that is to be said about a configuration, before anyone is served with it.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Read a configuration and print every fault.",
        discussion: "Each line is FILE:LINE:COLUMN: message. Exits with 0 when there is no fault, else 1.")

    @Option(help: "The configuration. (default: ./config.yaml, else ./litellm_config.yaml)")
    var config: String?

    @Flag(
        help: "Also ask each instance: does it answer, has it the tags, do their digests agree? And are all keys set?")
    var live = false

    func run() async throws {
        guard let file = config ?? ["config.yaml", "litellm_config.yaml"].first(where: { access($0, R_OK) == 0 })
        else {
            Terminal.complain(
                "error: there is no config.yaml and no litellm_config.yaml here; name a file with --config")
            throw ExitCode(1)
        }
        let environment = EnvironmentVariables.all
        let report = await Self.report(
            on: file, live: live, environment: environment,
            insideContainer: Container.isAround(environment: environment))
        Terminal.write(report.render(colors: Terminal.isColoured))
        throw ExitCode(report.exitStatus)
    }

    /// Everything there is to say about a file; `live` also asks its instances.
    static func report(
        on file: String, live: Bool, environment: [String: String], insideContainer: Bool
    ) async -> CheckReport {
        let loaded = Loader.load(path: file, environment: environment)
        let containerNotes = containerWarnings(loaded.configuration, insideContainer: insideContainer)
        let proxyNotes = ProxySettings(environment: environment).faults.map {
            Diagnostic(mark: nil, path: "", message: $0)
        }
        let findings = live ? await LiveCheck(loaded.configuration, names: .system).run() : LiveCheck.Findings()
        var notes: [Diagnostic] = []
        var faults = findings.faults
        // What the process would not start with.
        do {
            notes = try PriceBook(loaded.configuration).notes.map { Diagnostic(mark: nil, path: "", message: $0) }
        } catch {
            faults.append(Diagnostic(mark: nil, path: "", message: "\(error)"))
        }
        return CheckReport(
            file: file, loaded: loaded, live: live, moreFaults: faults,
            moreWarnings: containerNotes + proxyNotes + notes + findings.warnings)
    }
}
