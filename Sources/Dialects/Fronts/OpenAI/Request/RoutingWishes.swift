/// The rare fields of a request's body that say where it may go, and how long that may take: LiteLLM's own, never sent
/// upstream.
public struct RoutingWishes: Sendable, Equatable {
    /// `fallbacks`: models to go to in this order instead of the configured ones; nil: nothing was said.
    public var fallbacks: [String]?
    /// `disable_fallbacks`.
    public var disablesFallbacks = false
    /// `tags`, or `metadata.tags`.
    public var tags: [String] = []
    /// `stream_timeout`, in seconds; above zero.
    public var streamTimeoutSeconds: Double?

    var saysNothing: Bool {
        fallbacks == nil && !disablesFallbacks && tags.isEmpty && streamTimeoutSeconds == nil
    }

    /// Nothing was said.
    public static let none = RoutingWishes()

    /// More models than this are not tried, and more tags not looked at.
    static let most = 32
}
