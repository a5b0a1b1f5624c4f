/// Which keys are listed. What is nil does not matter.
public struct KeyFilter: Sendable, Equatable {
    /// Of this user.
    public var userID: String?
    /// Of this team.
    public var teamID: String?
    /// Of this alias.
    public var alias: String?
    /// With this hash.
    public var hash: KeyHash?

    /// All keys.
    public init(userID: String? = nil, teamID: String? = nil, alias: String? = nil, hash: KeyHash? = nil) {
        self.userID = userID
        self.teamID = teamID
        self.alias = alias
        self.hash = hash
    }

    func matches(_ key: VirtualKey) -> Bool {
        (userID == nil || key.userID == userID) && (teamID == nil || key.teamID == teamID)
            && (alias == nil || key.alias == alias) && (hash == nil || key.hash == hash)
    }
}
