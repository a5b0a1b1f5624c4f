import Config

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Where the configuration of a serving process is written.
struct ConfigurationSource: Sendable {
    /// As the command line or a variable names it; nil: one of the usual names, else none.
    let path: String?
    let environment: [String: String]
    let commandLine: CommandLineSettings

    /// Reads it.
    func load(models: [ModelEntry] = []) -> Loaded {
        if let path {
            return Loader.load(path: path, environment: environment, commandLine: commandLine, models: models)
        }
        // A model on the command line is the whole configuration, as with LiteLLM.
        let usual = commandLine.model == nil ? ["config.yaml", "litellm_config.yaml"] : []
        for path in usual where access(path, R_OK) == 0 {
            return Loader.load(path: path, environment: environment, commandLine: commandLine, models: models)
        }
        return Loader.withoutFile(environment: environment, commandLine: commandLine, models: models)
    }

    /// Reads it again, while the process serves.
    @Sendable func read(_ models: [ModelEntry]) -> Loaded {
        guard let path else { return load(models: models) }
        return Loader.loadAgain(path: path, environment: environment, commandLine: commandLine, models: models)
    }
}
