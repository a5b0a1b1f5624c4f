/// A new user, where its maker says nothing else.
public struct UserDefaults: Sendable, Equatable {
    /// A team that new users belong to.
    public struct Membership: Sendable, Equatable {
        /// The team.
        public var teamID: String
        /// The user's role in it.
        public var role: String
        /// The most that the user may spend in it; nil: as the team has it for all members.
        public var maxBudget: Money?

        /// A member of this team.
        public init(teamID: String, role: String = "user", maxBudget: Money? = nil) {
            (self.teamID, self.role, self.maxBudget) = (teamID, role, maxBudget)
        }
    }

    /// Its rights; nil: those of an internal user.
    public var role: UserRole?
    /// Its bounds.
    public var allowance = Allowance()
    /// The models that its keys without a team may ask for.
    public var models: [String] = []
    /// A JSON object.
    public var metadata: String?
    /// Its teams, as far as there are such.
    public var teams: [Membership] = []
    /// The budget of whoever becomes an internal user and has none.
    public var internalBudget: Money?
    /// The window of that budget.
    public var internalDuration: BudgetPeriod?

    /// Nothing.
    public init() {}

    /// Gives a new user what it lacks.
    public func fill(_ user: inout User) {
        user.allowance = user.allowance.filled(from: allowance)
        if user.models.isEmpty { user.models = models }
        if user.metadata == "{}", let metadata { user.metadata = metadata }
        fillInternal(&user)
    }

    /// Gives an internal user the budget of one, where it has none.
    public func fillInternal(_ user: inout User) {
        guard user.role == .internalUser else { return }
        user.allowance.maxBudget = user.allowance.maxBudget ?? internalBudget
        user.allowance.budgetDuration = user.allowance.budgetDuration ?? internalDuration
    }
}

/// A new team, where its maker says nothing else.
public struct TeamDefaults: Sendable, Equatable {
    /// Its bounds.
    public var allowance = Allowance()
    /// The models of a team that is made because a token names it.
    public var models: [String] = []

    /// Nothing.
    public init() {}

    /// Gives a new team the bounds that it lacks.
    public func fill(_ bounds: inout Allowance) { bounds = bounds.filled(from: allowance) }

    /// The team of an id that a token has named first.
    func team(_ id: String, at now: WallTime) -> Team {
        var team = Team(id: id, stamps: Stamps(at: now, by: "jwt"))
        (team.allowance, team.models) = (allowance, models)
        return team
    }
}
