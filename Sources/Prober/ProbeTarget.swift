public import Balancer

/// One instance to be probed.
public struct ProbeTarget: Sendable {
    /// Whom reports are about.
    public var instance: InstanceID
    /// For logs.
    public var name: String
    /// `http` or `https`, with a path prefix or without, with a trailing slash or without.
    public var baseURL: String
    /// The value of the `Authorization` header, `Bearer …`; `nil` for none.
    public var authorization: String?

    /// An instance at an address.
    public init(instance: InstanceID, name: String, baseURL: String, authorization: String?) {
        self.instance = instance
        self.name = name
        self.baseURL = baseURL
        self.authorization = authorization
    }

    /// The address of a path that begins with a slash: joined with one slash, since Ollama redirects two.
    func url(_ path: String) -> String {
        var base = Substring(baseURL)
        while base.hasSuffix("/") { base.removeLast() }
        return base + path
    }
}
