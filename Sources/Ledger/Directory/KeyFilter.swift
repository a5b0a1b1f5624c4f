/// Which keys are listed. A nil does not matter.
public struct KeyFilter: Sendable, Equatable {
    /// Of this user.
    public var userID: String?
    /// Of this team.
    public var teamID: String?
    /// With this template.
    public var budgetID: String?
    /// Of this alias.
    public var alias: String?
    /// With this hash.
    public var hash: KeyHash?

    /// All keys.
    public init(
        userID: String? = nil, teamID: String? = nil, budgetID: String? = nil, alias: String? = nil,
        hash: KeyHash? = nil
    ) {
        self.userID = userID
        self.teamID = teamID
        self.budgetID = budgetID
        self.alias = alias
        self.hash = hash
    }

    func matches(_ key: VirtualKey) -> Bool {
        (userID == nil || key.userID == userID) && (teamID == nil || key.teamID == teamID)
            && (budgetID == nil || key.budgetID == budgetID) && (alias == nil || key.alias == alias)
            && (hash == nil || key.hash == hash)
    }
}
