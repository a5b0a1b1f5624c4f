public import Ledger

/// Which finished requests are listed. What is nil does not matter.
public struct EntryFilter: Sendable, Equatable {
    /// That began at this moment or later.
    public var since: WallTime?
    /// That began before this moment.
    public var until: WallTime?
    /// Of this key.
    public var key: KeyHash?
    /// Of this user.
    public var userID: String?
    /// Of this team.
    public var teamID: String?
    /// With this `user` in the request.
    public var customer: String?
    /// For this model, as the client named it.
    public var modelAsked: String?
    /// The one with this name.
    public var requestID: String?
    /// Those with this name in headers and logs.
    public var callID: String?
    /// Answered by this deployment.
    public var deployment: String?
    /// That ended with this code of an error.
    public var error: String?
    /// Whose client was told this status.
    public var status: Int?
    /// That cost this or more, failed attempts included.
    public var leastSpent: Money?
    /// That cost this or less, failed attempts included.
    public var mostSpent: Money?
    /// True: those that failed; false: those that did not.
    public var hasFailed: Bool?

    /// All requests.
    public init() {}
}
