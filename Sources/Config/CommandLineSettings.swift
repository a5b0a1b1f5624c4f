/// Settings that a command line may hold beside its file. Where both say something the command line wins.
public struct CommandLineSettings: Sendable, Equatable {
    /// A model that is served beside those of the file.
    public struct Model: Sendable, Equatable {
        /// As in `litellm_params.model`.
        public var model: String
        /// The name clients ask for; nil: that of the model.
        public var alias: String?
        /// Where it runs; nil: where its provider does.
        public var apiBase: String?
        /// As in `litellm_params.api_version`.
        public var apiVersion: String?
        /// Sent where a request names none.
        public var temperature: Double?
        /// Sent where a request names none.
        public var maxTokens: Int?
        /// JSON, as in `litellm_params.extra_headers`.
        public var headers: String?

        /// A model at its provider's own place.
        public init(_ model: String) { self.model = model }
    }

    /// As `litellm_settings.request_timeout`, in seconds.
    public var requestTimeout: Double?
    /// As `litellm_settings.drop_params`.
    public var dropParams = false
    /// As `drover.limits.idle_timeout`, in seconds.
    public var idleTimeout: Double?
    /// As `drover.limits.max_connections`.
    public var maxConnections: Int?
    /// A model that is served, too.
    public var model: Model?

    /// Nothing is set.
    public init() {}
}

extension CommandLineSettings {
    /// The same as lines of a configuration; nil where nothing is set.
    func tree(log: DiagnosticLog) -> ConfigNode? {
        var limits: [ConfigNode.Entry] = []
        if let idleTimeout { limits.append(entry("idle_timeout", text("\(idleTimeout)s"))) }
        if let maxConnections { limits.append(entry("max_connections", text("\(maxConnections)"))) }
        var litellm: [ConfigNode.Entry] = []
        if let requestTimeout { litellm.append(entry("request_timeout", text("\(requestTimeout)"))) }
        if dropParams { litellm.append(entry("drop_params", text("true"))) }
        var sections: [ConfigNode.Entry] = []
        if !litellm.isEmpty { sections.append(entry("litellm_settings", mapping(litellm))) }
        if !limits.isEmpty { sections.append(entry("drover", mapping([entry("limits", mapping(limits))]))) }
        if let model {
            let item = mapping([
                entry("model_name", quoted(model.alias ?? model.model)),
                entry("litellm_params", mapping(parameters(model, log: log))),
            ])
            sections.append(entry("model_list", ConfigNode(content: .sequence([item]), mark: Self.mark)))
        }
        return sections.isEmpty ? nil : mapping(sections)
    }

    private func parameters(_ model: Model, log: DiagnosticLog) -> [ConfigNode.Entry] {
        var lines = [entry("model", quoted(model.model))]
        if let base = model.apiBase { lines.append(entry("api_base", quoted(base))) }
        if let version = model.apiVersion { lines.append(entry("api_version", quoted(version))) }
        if let temperature = model.temperature { lines.append(entry("temperature", text("\(temperature)"))) }
        if let maxTokens = model.maxTokens { lines.append(entry("max_tokens", text("\(maxTokens)"))) }
        if let headers = model.headers.flatMap({ YAMLFile.read($0, name: Self.mark.file, log: log) }) {
            lines.append(entry("extra_headers", headers))
        }
        return lines
    }

    static let mark = SourceMark(file: "command line", line: 1, column: 1)

    private func text(_ text: String) -> ConfigNode {
        ConfigNode(content: .scalar(.init(text: text)), mark: Self.mark)
    }

    private func quoted(_ text: String) -> ConfigNode {
        ConfigNode(content: .scalar(.init(text: text, isQuoted: true)), mark: Self.mark)
    }

    private func mapping(_ entries: [ConfigNode.Entry]) -> ConfigNode {
        ConfigNode(content: .mapping(entries), mark: Self.mark)
    }

    private func entry(_ key: String, _ value: ConfigNode) -> ConfigNode.Entry {
        .init(key: key, keyMark: Self.mark, value: value)
    }
}
