/// What becomes of a prompt that an instance is given.
public enum Forwarding: Sendable {
    /// It stays there.
    case none
    /// The instance forwards it to a cloud.
    case toCloud
    /// The instance has not been probed yet, so it may do either.
    case notYetKnown
    /// It was probed and has listed no tags: it may do either, and that will not be known soon.
    case unknown
}
