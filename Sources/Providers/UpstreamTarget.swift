/// Everything about where a request goes that does not change from request to request; made once at start.
public struct UpstreamTarget: Sendable {
    /// The dialect.
    public let provider: ProviderKind
    /// The name the instance knows the model by (`llama3.1:8b`).
    public let tag: String
    /// What stands before the dialect's own paths: empty, or `/x` (a slash in front and none at the end; the
    /// initialiser sees to it).
    public let pathPrefix: String
    /// The `Host` header: the upstream's own host and port.
    public let hostHeader: String
    /// The whole `Authorization` value, or nil for none.
    public let authorization: String?
    /// Parameters of the deployment (`num_ctx`, `temperature`, `keep_alive` …); a request's own field wins.
    public let defaults: [String: JSONText]
    /// Whether parameters this upstream cannot honour are left out silently; the request's own `drop_params` wins.
    public let dropParams: Bool

    /// The Ollama form of the above, made once.
    let ollama: OllamaTarget

    /// - Parameters:
    ///   - provider: the dialect.
    ///   - tag: the name the instance knows the model by.
    ///   - pathPrefix: the path of the base URL; slashes at its end are taken off.
    ///   - hostHeader: the upstream's host, with its port unless that is the scheme's own.
    ///   - authorization: the whole `Authorization` value.
    ///   - defaults: the deployment's parameters.
    ///   - dropParams: whether what the upstream cannot honour is left out silently.
    ///   - userAgent: the `User-Agent` header (`drover/0.1.0`).
    public init(
        provider: ProviderKind, tag: String, pathPrefix: String, hostHeader: String, authorization: String?,
        defaults: [String: JSONText], dropParams: Bool, userAgent: String
    ) {
        self.provider = provider
        self.tag = tag
        self.hostHeader = hostHeader
        self.authorization = authorization
        self.defaults = defaults
        self.dropParams = dropParams
        var prefix = pathPrefix
        while prefix.last == "/" { prefix.removeLast() }
        if let first = prefix.first, first != "/" { prefix = "/" + prefix }
        self.pathPrefix = prefix
        ollama = OllamaTarget(
            tag: tag, pathPrefix: prefix, hostHeader: hostHeader, authorization: authorization, userAgent: userAgent,
            defaults: defaults)
    }
}
