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
    private(set) var path: String?
    let environment: [String: String]
    let commandLine: CommandLineSettings
    /// Files that said nothing when they were read first.
    private var blank: [String] = []

    init(path: String?, environment: [String: String], commandLine: CommandLineSettings) {
        (self.path, self.environment, self.commandLine) = (path, environment, commandLine)
    }

    /// Reads it.
    func load(models: [ModelEntry] = []) -> Loaded {
        guard let path = path ?? usual else {
            return Loader.withoutFile(environment: environment, commandLine: commandLine, models: models)
        }
        return Loader.load(path: path, environment: environment, commandLine: commandLine, models: models)
    }

    /// Reads it for the first time. From then on it is that file, though it may be away for a moment.
    mutating func begin() -> Loaded {
        path = path ?? usual
        let loaded = load()
        blank = loaded.blankFiles
        return loaded
    }

    /// Reads it again, while the process serves.
    @Sendable func read(_ models: [ModelEntry]) -> Loaded {
        guard let path else { return load(models: models) }
        return Loader.loadAgain(
            path: path, environment: environment, commandLine: commandLine, models: models, blank: blank)
    }

    /// The file of a usual name that is there, whether it can be read or not: nothing else is meant then.
    private var usual: String? {
        // A model on the command line is the whole configuration, as with LiteLLM.
        guard commandLine.model == nil else { return nil }
        return ["config.yaml", "litellm_config.yaml"].first { access($0, F_OK) == 0 }
    }
}
