/// A key that another one has taken the place of, and that goes on working for a while as if it were that one.
public struct FormerKey: Sendable, Equatable, Codable {
    /// All that is kept of it.
    public var hash: KeyHash
    /// Refused from here on.
    public var until: WallTime

    /// Works until then.
    public init(_ hash: KeyHash, until: WallTime) { (self.hash, self.until) = (hash, until) }
}
