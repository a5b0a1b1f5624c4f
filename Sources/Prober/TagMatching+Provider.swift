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
}
