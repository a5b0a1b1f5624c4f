/// Whose certificates an origin behind https may show.
public enum UpstreamTrust: Sendable, Hashable {
    /// Those that the system's trust store vouches for; they must be for the origin's host.
    case system
    /// Those that the certificates of this PEM file vouch for, and no others; they must be for the origin's host.
    case bundle(path: String)
    /// Any: encrypted, but with nobody knows whom. For tests and closed networks.
    case unverified
}
