/// A setting that the gateway cannot start with: a trust store, a CA bundle or a proxy that is not usable.
public struct UpstreamSettingsError: Error, Sendable, Equatable, CustomStringConvertible {
    /// One sentence that names the file or variable, never a secret.
    public let reason: String

    init(_ reason: String) { self.reason = reason }

    /// The reason.
    public var description: String { reason }
}
