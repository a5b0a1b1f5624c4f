/// The way of connections to an origin.
public enum UpstreamRoute: Sendable, Hashable {
    /// Straight to the host.
    case direct
    /// Through a proxy.
    case proxy(UpstreamProxy)
    /// There is none, for this reason: a proxy is set for it and cannot be used. Nothing goes past a proxy instead.
    case none(String)
}
