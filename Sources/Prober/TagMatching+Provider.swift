public import Balancer
public import Dialects

extension TagMatching {
    /// How the tags of this provider's instances are told apart.
    public init(_ provider: ProviderProfile) {
        // A llama.cpp server has one model and never looks at the name.
        self = provider.dialect == .ollama ? .ollama : provider.name == "llamafile" ? .any : .exact
    }
}
