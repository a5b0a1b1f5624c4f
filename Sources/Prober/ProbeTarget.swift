public import Balancer
public import Dialects

/// One instance to be probed.
public struct ProbeTarget: Sendable {
    /// The requests that it is asked.
    public enum Kind: Sendable, Hashable {
        /// An Ollama: `/api/tags`, `/api/ps`, `/api/version`.
        case ollama
        /// Somebody who speaks like OpenAI (vLLM, llama.cpp's server, LM Studio): `/v1/models`, and `/health` where
        /// there is one.
        case models
        /// A server inside of which nothing is known but its address: `/v1/models`, where any answer shows that it lives.
        case life

        /// The requests for an instance of this provider; nil when it is not probed, as a cloud is not.
        public init?(_ provider: ProviderProfile, isLocal: Bool) {
            switch provider.probe {
            case .none where isLocal: self = .life
            case .none: return nil
            case .ollama: self = .ollama
            case .models: self = .models
            }
        }

        /// Whether an answer of this status to the first request shows that the instance works.
        ///
        /// One of which nothing is known may want a key, have no such list or no GET at all, and do its work. These three
        /// are said by a proxy that finds nobody behind it, and by llama.cpp while it loads its model.
        func isAnswered(with status: Int) -> Bool {
            self == .life ? ![502, 503, 504].contains(status) : status == 200
        }
    }

    /// The instance that reports are about.
    public var instance: InstanceID
    /// For logs.
    public var name: String
    /// `http` or `https`, with a path prefix or without, with a trailing slash or without; of one that speaks like OpenAI
    /// with `/v1` at its end or without.
    public var baseURL: String
    /// The address to connect to, where the host of the URL has several and this instance is one of them.
    public var address: String?
    /// The value of the `Authorization` header, `Bearer …`; `nil` for none.
    public var authorization: String?
    /// The requests that it is asked.
    public var kind: Kind

    /// An instance at an address.
    public init(
        instance: InstanceID, name: String, baseURL: String, address: String? = nil, authorization: String?,
        kind: Kind = .ollama
    ) {
        self.address = address
        self.instance = instance
        self.name = name
        self.baseURL = baseURL
        self.authorization = authorization
        self.kind = kind
    }

    /// Whether it is a box.
    public var isOllama: Bool { kind == .ollama }

    /// The list of what it serves, asked for first.
    var listPath: String {
        switch kind {
        case .ollama: "/api/tags"
        case .models, .life: "/v1/models"
        }
    }

    /// The address of a path that begins with a slash: joined with one slash, since Ollama redirects two.
    public func url(_ path: String) -> String {
        var base = Substring(baseURL)
        while base.hasSuffix("/") { base.removeLast() }
        // Routes beside `/v1` have their address from the root.
        if [.models, .life].contains(kind), base.hasSuffix("/v1") { base.removeLast(3) }
        while base.hasSuffix("/") { base.removeLast() }
        return base + path
    }
}
