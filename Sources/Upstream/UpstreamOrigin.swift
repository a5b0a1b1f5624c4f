/// Where one instance listens: what a connection needs, and nothing of the requests.
public struct UpstreamOrigin: Sendable, Hashable {
    /// Host name or literal address, without brackets.
    public let host: String
    /// TCP port, 1...65535.
    public let port: Int
    /// TLS on the connection; the certificate is checked against the system's trust store and `host`.
    public let usesTLS: Bool
    /// How long a connection may take to be established, all addresses of the host together.
    public let connectTimeout: Duration

    /// An origin as given; nothing is resolved yet.
    public init(host: String, port: Int, usesTLS: Bool, connectTimeout: Duration) {
        self.host = host
        self.port = port
        self.usesTLS = usesTLS
        self.connectTimeout = connectTimeout
    }
}
