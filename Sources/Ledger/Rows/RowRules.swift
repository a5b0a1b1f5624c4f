/// The bounds of rows that nobody has given any, and those that no key may pass: LiteLLM's settings for what is made over the API.
public struct RowRules: Sendable, Equatable {
    /// `default_key_generate_params`.
    public var keys = KeyDefaults()
    /// `upperbound_key_generate_params`.
    public var mostOfKeys = KeyCeiling()
    /// `key_generation_settings`.
    public var makers = KeyMakers()
    /// `default_internal_user_params`, `max_internal_user_budget` and `internal_user_budget_duration`.
    public var users = UserDefaults()
    /// `default_team_params`.
    public var teams = TeamDefaults()
    /// `max_end_user_budget_id`: the template of customers that nobody has made known.
    public var customerBudgetID: String?
    /// How long a key goes on working that another one has taken the place of, where a request does not say; nil: not at all.
    public var grace: BudgetPeriod?

    /// Rules that say nothing.
    public init() {}
}

/// A new key, where its maker says nothing else.
public struct KeyDefaults: Sendable, Equatable {
    /// Its bounds.
    public var allowance = Allowance()
    /// How long it lives.
    public var lifetime: BudgetPeriod?
    /// Its user.
    public var userID: String?
    /// Its team.
    public var teamID: String?
    /// The models that it may ask for.
    public var models: [String] = []
    /// The routes that it may ask.
    public var allowedRoutes: [String] = []
    /// A JSON object.
    public var metadata: String?

    /// Nothing.
    public init() {}
}

/// The most that a key may have; a new one that is given less than all of it has this.
public struct KeyCeiling: Sendable, Equatable {
    /// Of `maxBudget`.
    public var maxBudget: Money?
    /// The longest window of its budget.
    public var budgetDuration: BudgetPeriod?
    /// The longest that it may live from when it is made or changed.
    public var lifetime: BudgetPeriod?
    /// Of requests at one time.
    public var parallelRequests: Int?
    /// Of tokens in any 60 seconds.
    public var tokensPerMinute: Int?
    /// Of requests in any 60 seconds.
    public var requestsPerMinute: Int?

    /// No bound.
    public init() {}

    /// A template's bounds as a key has them: no more than the most, and the most of what it does not bound. A budget without a window
    /// gets none.
    func bounding(_ template: Allowance) -> Allowance {
        func least<Bound: Comparable>(_ one: Bound?, _ other: Bound?) -> Bound? {
            guard let one, let other else { return one ?? other }
            return min(one, other)
        }
        var bounds = template
        bounds.maxBudget = least(template.maxBudget, maxBudget)
        bounds.requestsPerMinute = least(template.requestsPerMinute, requestsPerMinute)
        bounds.tokensPerMinute = least(template.tokensPerMinute, tokensPerMinute)
        bounds.parallelRequests = least(template.parallelRequests, parallelRequests)
        if isPassed(budgetDuration: template.budgetDuration)
            || template.budgetDuration == nil && template.maxBudget == nil
        {
            bounds.budgetDuration = budgetDuration
        }
        return bounds
    }

    /// Whether a budget is more than the most.
    public func isPassed(maxBudget: Money?) -> Bool { Self.isPassed(self.maxBudget, by: maxBudget) }

    /// Whether a window is longer than the longest. A month is one, however many days it has: the window of `30d` is the month's.
    public func isPassed(budgetDuration: BudgetPeriod?) -> Bool {
        Self.isPassed(self.budgetDuration?.longestWindow, by: budgetDuration?.longestWindow)
    }

    /// Whether a life is longer than the longest.
    public func isPassed(lifetime: BudgetPeriod?) -> Bool {
        Self.isPassed(self.lifetime?.longestSeconds, by: lifetime?.longestSeconds)
    }

    /// Whether a number is more than the most; nil is no number, and no bound.
    public static func isPassed<Bound: Comparable>(_ most: Bound?, by value: Bound?) -> Bool {
        guard let most, let value else { return false }
        return value > most
    }
}

extension BudgetPeriod {
    /// The length of its longest window, in seconds.
    fileprivate var longestWindow: Int {
        unit == .days && count == 30 ? 31 * 86_400 : longestSeconds
    }
}
