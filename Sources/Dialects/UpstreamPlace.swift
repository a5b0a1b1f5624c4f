/// Where a model is served, and under which name.
public struct UpstreamPlace: Sendable {
    /// The provider there.
    public var provider: ProviderProfile
    /// The name the instance knows the model by (`llama3.1:8b`, `gpt-4o`).
    public var tag: String
    /// The path of the base URL; slashes at its end are taken off.
    public var pathPrefix: String
    /// The upstream's host, with its port unless that is the scheme's own.
    public var hostHeader: String
    /// Whether it stands inside: what must not leave may be sent to it.
    public var isLocal: Bool
    /// The most tokens that an answer of the model may have, where the operator's price map says it.
    public var answerLimit: Int?
    /// How long a box keeps the model in memory.
    public var keepAlive = KeepAlivePolicy.none

    /// A place with these properties.
    public init(provider: ProviderProfile, tag: String, pathPrefix: String, hostHeader: String, isLocal: Bool) {
        self.provider = provider
        self.tag = tag
        self.hostHeader = hostHeader
        self.isLocal = isLocal
        var prefix = pathPrefix
        while prefix.last == "/" { prefix.removeLast() }
        if let first = prefix.first, first != "/" { prefix = "/" + prefix }
        self.pathPrefix = prefix
    }
}
