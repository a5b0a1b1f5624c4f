/// People who share bounds.
public struct Team: Sendable, Equatable, Codable {
    /// One that belongs to a team.
    public struct Member: Sendable, Equatable, Codable {
        /// The user.
        public var userID: String
        /// `admin` may change the team's keys and members, `user` may not.
        public var role: String
        /// The bounds of this member within the team.
        public var allowance: Allowance

        /// A member without bounds of its own.
        public init(userID: String, role: String = "user", allowance: Allowance = Allowance()) {
            (self.userID, self.role, self.allowance) = (userID, role, allowance)
        }
    }

    /// Its name in the API.
    public var id: String
    /// A name for people.
    public var alias: String?
    /// Its bounds.
    public var allowance = Allowance()
    /// Names, patterns and access groups; empty: every model.
    public var models: [String] = []
    /// The bounds of single models.
    public var modelAllowances: [String: ModelAllowance] = [:]
    /// Names that stand for others, for this team only.
    public var aliases: [String: String] = [:]
    /// Its users.
    public var members: [Member] = []
    /// The bounds of each member that has none of its own; nil: none.
    public var memberAllowance: Allowance?
    /// Labels for the sums of spend.
    public var tags: [String] = []
    /// The operator's own JSON object, kept as it came.
    public var metadata = "{}"
    /// All its keys are refused until it is unblocked.
    public var isBlocked = false
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// A team of nobody.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }

    /// What binds a member within the team: its own bounds, and the team's for all members where it has none.
    public func allowance(of member: Member) -> Allowance {
        guard let memberAllowance else { return member.allowance }
        var all = member.allowance.filled(from: memberAllowance)
        // A budget goes with its own window.
        if member.allowance.maxBudget != nil { all.budgetDuration = member.allowance.budgetDuration }
        return all
    }
}
