/// Where one instance listens: what a connection needs, and nothing of the requests.
public struct UpstreamOrigin: Sendable, Hashable {
    /// Host name or literal address, without brackets.
    public let host: String
    /// The address to connect to, where the host has several and this origin is one of them; nil: whichever the host has then.
    public let address: String?
    /// TCP port, 1...65535.
    public let port: Int
    /// TLS on the connection.
    public let usesTLS: Bool
    /// Whose certificates are taken; says nothing without TLS.
    public let trust: UpstreamTrust
    /// Whether a connection goes straight to the host.
    public let route: UpstreamRoute
    /// How long a connection may take to be established: all addresses of the host, the proxy and TLS together. Its
    /// name may take as long before.
    public let connectTimeout: Duration

    /// An origin as given; nothing is resolved yet.
    public init(
        host: String, address: String? = nil, port: Int, usesTLS: Bool, trust: UpstreamTrust, route: UpstreamRoute,
        connectTimeout: Duration
    ) {
        self.host = host
        self.address = address
        self.port = port
        self.usesTLS = usesTLS
        self.trust = trust
        self.route = route
        self.connectTimeout = connectTimeout
    }

    /// The proxy between, if there is one.
    var proxy: UpstreamProxy? { if case .proxy(let proxy) = route { proxy } else { nil } }
}
