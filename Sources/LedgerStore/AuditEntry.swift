public import Ledger

/// One thing that an administrator did. It never holds a key.
public struct AuditEntry: Sendable, Equatable, Codable {
    /// When.
    public var at: WallTime
    /// The user that did it; `default_user_id` for the master key.
    public var actor: String
    /// What was done: `created`, `updated`, `deleted`, `blocked`, `unblocked`, `regenerated`.
    public var action: String
    /// To what kind of thing: `key`, `user`, `team`, `customer`, `budget`, `model`.
    public var kind: String
    /// To which one.
    public var object: String
    /// The address that the request came from.
    public var address: String?
    /// The thing before, in JSON; nil when there was none.
    public var before: String?
    /// The thing after, in JSON; nil when there is none.
    public var after: String?

    /// Somebody did something.
    public init(at: WallTime, actor: String, action: String, kind: String, object: String) {
        (self.at, self.actor, self.action, self.kind, self.object) = (at, actor, action, kind, object)
    }
}
