import ArgumentParser
import Balancer
import Config
import Glibc
import Ledger
import LedgerStore

/// `drover import-litellm`: keys, teams, users, customers, budgets and spend of LiteLLM's database.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import-litellm", abstract: "Take over keys, teams, users, budgets and spend from LiteLLM.",
        discussion: """
            Says what would be carried over and what cannot be, and writes nothing unless --write is given. LiteLLM's database is \
            only read. Where rows go is what drover.store of the configuration says. The gateway should not run \
            meanwhile: a file has one process, and on PostgreSQL a large import holds up what gateways write and \
            tell each other. Exits with 0 when everything can be carried over, else 1.
            """)

    @Argument(help: "postgres://USER:PASSWORD@HOST/DATABASE, or a folder with a CSV file of each table.")
    var source: String
    @Option(help: "The gateway's configuration. (default: ./config.yaml, else ./litellm_config.yaml)")
    var config: String?
    @Flag(help: "Write what can be carried over into the gateway's own store.")
    var write = false
    @Flag(help: "Write nothing; so it is without --write, too.")
    var dryRun = false

    func validate() throws {
        if write, dryRun { throw ValidationError("--write and --dry-run are opposites: leave one out") }
    }

    func run() async throws {
        do {
            let taken = try await carryOver()
            if taken.isWhole { return }
        } catch let error as StoreError {
            Terminal.complain("error: \(error.message)")
        } catch let fault as SetupFault {
            Terminal.complain("error: \(fault)")
        }
        throw ExitCode(1)
    }

    private func carryOver() async throws -> LiteLLMImport {
        let assembly = try Assembly(try configuration(), version: Drover.release, environment: EnvironmentVariables.all)
        if case .off = assembly.configuration.drover.store {
            throw SetupFault("drover.store is off, so that nothing would be kept: name a file or a database there")
        }
        let dump =
            switch ImportSource(source) {
            case .database(let address): try LiteLLMDump(database: address)
            case .folder(let path): try LiteLLMDump(folder: path)
            }
        let time = TimeSource.live
        let store = ChosenStore(assembly.stores) { Terminal.complain("note: \($0.message)") }
        let taken = LiteLLMImport(dump, into: try await store.load(time: time), at: time.wallTime)
        Terminal.write(ImportReport(taken).text(coloured: Terminal.isColoured))
        guard write else {
            Terminal.complain("nothing was written; --write does it")
            return taken
        }
        try await store.take(taken, origin: .random(in: 1...(.max)), at: time.wallTime)
        Terminal.complain("written: keys that LiteLLM has handed out go on working here")
        return taken
    }

    private func configuration() throws -> Configuration {
        let files = ["config.yaml", "litellm_config.yaml"]
        guard let file = config ?? files.first(where: { access($0, R_OK) == 0 }) else {
            throw SetupFault("there is no config.yaml and no litellm_config.yaml here; name a file with --config")
        }
        let loaded = Loader.load(path: file, environment: EnvironmentVariables.all)
        for fault in loaded.faults { Terminal.complain("\(fault)") }
        if !loaded.faults.isEmpty { throw ExitCode(1) }
        return loaded.configuration
    }
}
