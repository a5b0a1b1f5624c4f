extension Configuration {
    /// A name clients ask for, with the deployments that serve it.
    public struct Model: Equatable, Sendable {
        /// As in `model_name`.
        public var name: String
        /// `model_info.routing_strategy` of one of its deployments, else `router_settings.routing_strategy`.
        public var strategy: RoutingStrategy
        /// `model_info.class` of one of its deployments: how urgent its requests are when `x-drover-class` does not say.
        /// Default: `default`.
        public var requestClass: RequestClass
        /// Positions in ``Configuration/modelList``, ascending.
        public var deployments: [Int]
    }

    /// One server at one base URL. Where its deployments trust different certificates, it is one instance for each.
    public struct Instance: Equatable, Sendable {
        /// The name in `drover.instances`, else `host:port` with the URL's path. Unique.
        public var name: String
        /// Where it is; `nil` for a provider without a base URL, and when the variable that holds it is unset.
        public var baseURL: BaseURL?
        /// One of the addresses of its host, where each is an instance of its own: connections go there, and TLS and the `Host`
        /// header name the host. Default: `nil`, whichever the name has then.
        public var address: String?
        /// The provider there, as in ``Deployment/provider``.
        public var provider: String
        /// Whether what is sent there stays inside: what `drover.local` says of it, else whether its host is loopback,
        /// private, link-local or a name that no public host can have. False without a base URL.
        public var isLocal: Bool
        /// Whose certificates it may show; `system` where it speaks plain HTTP.
        public var trust: Trust
        /// Bytes that it has for models: `memory` in `drover.instances`, else `model_info.memory` of one of its deployments.
        /// Default: `nil`, not known.
        public var memory: Int?

        /// Where it is, as people are shown it: with its address, where it is one of several.
        public var place: BaseURL? { address.map { baseURL?.at($0) } ?? baseURL }
    }

    /// When a breaker opens and for how long.
    public struct Breaker: Equatable, Sendable {
        /// Failures in a row that open it, at least 1.
        public var tripAfter: Int
        /// How long it stays open the first time.
        public var open: Duration
        /// The longest that this time grows to; never below `open`.
        public var maxOpen: Duration
    }
}
