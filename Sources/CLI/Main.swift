import ArgumentParser

/// `drover`: `serve` when no subcommand is named, so that `drover --config FILE` works like `litellm --config FILE`.
@main
struct Drover: AsyncParsableCommand {
    /// The product's version, as in `GET /pool`, the `User-Agent` and `--version`.
    static let release = "0.1.0"

    static let configuration = CommandConfiguration(
        commandName: "drover",
        abstract: "One OpenAI-compatible address in front of your Ollama boxes.",
        version: "drover \(release)",
        subcommands: [
            ServeCommand.self, CheckCommand.self, StatusCommand.self, TopCommand.self, DrainCommand.self,
            UndrainCommand.self, ExplainCommand.self, FarmCommand.self, SimulateCommand.self,
            FitCommand.self, ModelsCommand.self, PullCommand.self, KeysCommand.self, TeamsCommand.self,
            SpendCommand.self, ImportCommand.self,
        ],
        defaultSubcommand: ServeCommand.self)
}
