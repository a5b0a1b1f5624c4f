public import Balancer
public import Dialects

extension TagMatching {
    /// How the tags of this provider's instances are told apart.
    public init(_ provider: ProviderProfile) {
        switch provider.tags {
        case .exact: self = .exact
        case .normalised: self = .ollama
        case .any: self = .any
        }
    }

    /// A tag as reports list it, so that the balancer compares byte for byte.
    public func listed(_ tag: String) -> String {
        switch self {
        case .ollama: OllamaName.normalise(tag)
        case .exact, .any: tag
        }
    }
}
