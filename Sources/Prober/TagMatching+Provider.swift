public import Balancer
public import Dialects

extension TagMatching {
    /// How the tags of this provider's instances are told apart.
    public init(_ provider: ProviderProfile) {
        // A llama.cpp server has one model and never looks at the name.
        self = provider.dialect == .ollama ? .ollama : provider.name == "llamafile" ? .any : .exact
    }

    /// A tag as reports list it, so that the balancer compares byte for byte.
    public func listed(_ tag: String) -> String {
        switch self {
        case .ollama: OllamaName.normalise(tag)
        case .exact, .any: tag
        }
    }
}
