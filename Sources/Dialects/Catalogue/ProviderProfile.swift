/// What is known of a provider beside its back.
public struct ProviderProfile: Sendable {
    /// How a prober learns whether an instance answers.
    public enum Probe: Sendable, Hashable {
        /// Nothing is known that may be asked: a cloud counts as ready until a request fails, a server inside while it lives.
        case none
        /// `GET /api/tags`.
        case ollama
        /// `GET /v1/models`, and `/health` where there is one.
        case models
    }

    /// How a model's name is compared with those that an instance lists.
    public enum Tags: Sendable, Hashable {
        /// As it is written.
        case exact
        /// As Ollama compares names (`OllamaName`).
        case normalised
        /// Not at all: the server has one model and never looks at the name.
        case any
    }

    /// LiteLLM's prefix in `litellm_params.model`.
    public let name: String
    /// How it is reached.
    let back: any Back.Type
    /// The language it speaks.
    public var dialect: Dialect { back.dialect }
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
    /// How its instances tell their models apart.
    public let tags: Tags

    // What only some have. Rows say it in their closure.

    /// Other prefixes that LiteLLM has for it.
    public internal(set) var spellings: [String] = []
    /// Beginnings of the models' names that LiteLLM knows without a prefix.
    public internal(set) var bareNames: [String] = []
    /// Environment variables that hold an account's organization, first found wins.
    public internal(set) var organizationVariables: [String] = []
    /// Environment variables that hold a token which is sent in place of the key, first found wins.
    public internal(set) var tokenVariables: [String] = []
    /// Environment variables that hold its API's version, first found wins.
    public internal(set) var versionVariables: [String] = []
    /// Its API's version where nothing else says.
    public internal(set) var defaultVersion: String?
    /// The parameter of a deployment that holds its base URL, beside `api_base` and `base_url`.
    public internal(set) var baseParameter: String?
    /// Where it answers in a region of AWS, whose keys its requests may be signed with; nil: it is not AWS's.
    public internal(set) var baseInRegion: (@Sendable (_ region: String) -> String)?
    /// Whether its servers have their models in memory as long as they run; others may load one when it is asked for, and put it out.
    public internal(set) var keepsModels = false
    /// Paths of calls, which are taken off the end of a base URL, the longer ones first.
    public internal(set) var callPaths: [String] = []
    /// The same for what is no call, and is worth a warning.
    public internal(set) var foreignEnds: [String] = []

    /// A provider with these properties.
    init(
        _ name: String, _ back: any Back.Type, base: String?, baseVariables: [String] = [], keyVariables: [String],
        needsKey: Bool, probe: Probe = .none, tags: Tags = .exact, and more: (inout ProviderProfile) -> Void = { _ in }
    ) {
        self.name = name
        self.back = back
        self.base = base
        self.baseVariables = baseVariables
        self.keyVariables = keyVariables
        self.needsKey = needsKey
        self.probe = probe
        self.tags = tags
        more(&self)
    }
}
