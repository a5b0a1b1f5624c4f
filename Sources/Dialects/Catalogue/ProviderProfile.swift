/// What is known of a provider beside its dialect.
public struct ProviderProfile: Sendable, Hashable {
    /// How a prober learns whether an instance answers.
    public enum Probe: Sendable, Hashable {
        /// Nobody asks: a cloud counts as ready until a request fails.
        case none
        /// `GET /api/tags`.
        case ollama
        /// `GET /v1/models`, and `/health` where there is one.
        case models
    }

    /// LiteLLM's prefix in `litellm_params.model`.
    public let name: String
    /// The language it speaks.
    public let dialect: Dialect
    /// Where it answers when no `api_base` is written; nil: it must be written, or depends on the account.
    public let base: String?
    /// Environment variables that hold its base URL, first found wins.
    public let baseVariables: [String]
    /// Environment variables that hold its key, first found wins.
    public let keyVariables: [String]
    /// Whether it cannot be used without a key.
    public let needsKey: Bool
    /// How its instances are probed.
    public let probe: Probe

    /// A provider with these properties.
    init(
        _ name: String, _ dialect: Dialect, base: String?, baseVariables: [String] = [], keyVariables: [String],
        needsKey: Bool, probe: Probe = .none
    ) {
        self.name = name
        self.dialect = dialect
        self.base = base
        self.baseVariables = baseVariables
        self.keyVariables = keyVariables
        self.needsKey = needsKey
        self.probe = probe
    }
}
