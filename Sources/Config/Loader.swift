/// Reads configurations. Nothing stops it: what is wrong is in the faults, and all of it at once.
public enum Loader {
    /// Reads a file (a pipe, or standard input as `-`), what it includes, and the variables it names.
    public static func load(
        path: String, environment: [String: String], commandLine: CommandLineSettings = CommandLineSettings(),
        models: [ModelEntry] = []
    ) -> Loaded {
        let log = DiagnosticLog()
        var reader = IncludeReader(log: log)
        let tree = add(models, to: reader.overlay(commandLine.tree(log: log), on: reader.read(path)), &reader)
        var loaded = assemble(tree, name: path, environment: environment, stored: models, log: log)
        loaded.blankFiles = reader.blank
        return loaded
    }

    /// The same while what was read before is served: a pipe has nothing more to give, and would be waited for. A file that
    /// has become empty is one that is being written, and not the wish to serve nothing.
    ///
    /// - Parameter blank: the files that said nothing before, either.
    public static func loadAgain(
        path: String, environment: [String: String], commandLine: CommandLineSettings = CommandLineSettings(),
        models: [ModelEntry] = [], blank: [String] = []
    ) -> Loaded {
        guard ConfigFile.canBeReadAgain(path) else {
            let log = DiagnosticLog()
            log.fault(
                nil, "", "\(path) is no file that can be read a second time; restart to use another configuration")
            return assemble(nil, name: path, environment: environment, log: log)
        }
        var loaded = load(path: path, environment: environment, commandLine: commandLine, models: models)
        for file in loaded.blankFiles where !blank.contains(file) {
            loaded.faults.append(
                Diagnostic(
                    mark: SourceMark(file: file, line: 1, column: 1), path: "",
                    message: "the file has become empty; write {} where nothing is meant"))
        }
        return loaded
    }

    /// Reads a text as if it stood in a file of that name; what it includes is looked for beside that file.
    public static func load(
        text: String, name: String, environment: [String: String],
        commandLine: CommandLineSettings = CommandLineSettings(), models: [ModelEntry] = []
    ) -> Loaded {
        let log = DiagnosticLog()
        var reader = IncludeReader(log: log)
        let tree = add(
            models, to: reader.overlay(commandLine.tree(log: log), on: reader.parse(text, name: name)), &reader)
        return assemble(tree, name: name, environment: environment, stored: models, log: log)
    }

    /// The configuration without a file: the Ollama at `OLLAMA_API_BASE`, else at `http://localhost:11434`, with every tag
    /// it has; where the command line names a model, that one.
    public static func withoutFile(
        environment: [String: String], commandLine: CommandLineSettings = CommandLineSettings(),
        models: [ModelEntry] = []
    ) -> Loaded {
        let text = commandLine.model == nil ? "drover: {expose_tags: true}" : ""
        return load(
            text: text, name: "built-in", environment: environment, commandLine: commandLine, models: models)
    }

    /// A tree with entries behind those of its `model_list`.
    private static func add(
        _ models: [ModelEntry], to tree: ConfigNode?, _ reader: inout IncludeReader
    ) -> ConfigNode? {
        let entries = models.compactMap { reader.parse($0.json, name: $0.name) }
        guard let first = entries.first else { return tree }
        let list = ConfigNode(content: .sequence(entries), mark: first.mark)
        let entry = ConfigNode.Entry(key: "model_list", keyMark: first.mark, value: list)
        return reader.overlay(ConfigNode(content: .mapping([entry]), mark: first.mark), on: tree)
    }

    private static func assemble(
        _ tree: ConfigNode?, name: String, environment: [String: String], stored: [ModelEntry] = [],
        log: DiagnosticLog
    ) -> Loaded {
        let empty = ConfigNode(content: .mapping([]), mark: SourceMark(file: name, line: 1, column: 1))
        let tree = tree ?? empty
        var section: ConfigNode?
        if case .mapping(let entries) = tree.content {
            section = entries.last { $0.key == "environment_variables" }?.value
        }
        let environment = EnvironmentResolver.merging(section, into: environment, log: log)
        let variables = Variables(values: environment, log: log)
        let permitted = StoredModelVariables(tree, entries: Set(stored.map(\.name)))
        let resolved = EnvironmentResolver(variables: variables, permitted: permitted, log: log).resolve(tree)
        guard let root = SectionReader(resolved, path: "", table: KnownKeys.root, log: log) else {
            preconditionFailure("the root of a configuration is a mapping by now")
        }
        var configuration = Configuration()
        var settings = SettingsReader(root, log: log)
        settings.readGeneral(root, environment: environment)
        settings.readSignIn(root, variables)
        settings.readRows(variables)
        let drover = DroverReader(root, settings: settings, log: log)
        let drafts = ModelListReader(
            router: settings.router, litellm: settings.litellm, variables: variables, locality: drover.locality,
            log: log
        ).read(root)
        let ollama = PlaceReader.defaultOllama(variables, log: log)
        Validation(settings: settings, drover: drover, drafts: drafts, log: log).run()
        let pool = PoolAssembly(
            drafts, strategy: settings.router.routingStrategy, drover: drover, defaultOllama: ollama,
            trust: settings.litellm.trust, log: log)
        configuration.modelList = pool.deployments
        configuration.wildcards = pool.wildcards
        configuration.wildcardModels = pool.wildcardModels
        configuration.routerSettings = settings.router
        if drover.isTripSet { configuration.routerSettings.allowedFailsPolicy = nil }
        configuration.litellmSettings = settings.litellm
        configuration.generalSettings = settings.general
        configuration.exports = CallbackReader(variables, log: log).read(root)
        configuration.drover = drover.settings
        if case .automatic(let file) = drover.settings.store {
            configuration.drover.store = .automatic(IncludeReader.path(of: file, from: name))
        } else if let other = settings.general.databaseURL {
            log.warning(other.mark, other.path, "drover.store is set too and wins")
            configuration.generalSettings.databaseURL = nil
        }
        configuration.models = pool.models
        configuration.instances = pool.instances
        FenceCheck(configuration: configuration, drover: drover, log: log).run()
        DiscoveryCheck(configuration: configuration, log: log).run()
        PlacementCheck(configuration: configuration, named: drover.instances.map(\.name), log: log).run()
        if log.faults.isEmpty, pool.instances.isEmpty {
            log.warning(root.mark, "model_list", "there is no model, so every request will be answered 404")
        }
        if drover.settings.exposeTags, ollama == nil {
            log.fault(nil, "", "OLLAMA_API_BASE is not a base URL such as http://gpu-1:11434")
        }
        return Loaded(
            configuration: configuration, faults: log.sorted(log.faults), warnings: log.sorted(log.warnings),
            unsetVariables: log.sorted(log.unset), refusals: log.sorted(log.refusals))
    }
}
