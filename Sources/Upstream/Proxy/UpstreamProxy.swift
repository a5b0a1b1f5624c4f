/// An HTTP proxy that connections go through, by CONNECT; itself spoken to without TLS.
public struct UpstreamProxy: Sendable, Hashable {
    /// Host name or literal address, without brackets.
    public let host: String
    /// TCP port, 1...65535.
    public let port: Int
    /// For `Proxy-Authorization`; nil: none is sent.
    public let credentials: ProxyCredentials?

    /// A proxy as given; nothing is resolved yet.
    public init(host: String, port: Int, credentials: ProxyCredentials?) {
        self.host = host
        self.port = port
        self.credentials = credentials
    }
}
