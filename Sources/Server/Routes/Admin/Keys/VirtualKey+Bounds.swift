import Ledger

extension VirtualKey {
    /// The first field in which this key may do more than another; nil where there is none.
    func firstWiderBound(than other: VirtualKey) -> String? {
        let (own, bound) = (allowance, other.allowance)
        if Self.isWider(own.maxBudget, than: bound.maxBudget) { return "max_budget" }
        if Self.isWider(own.softBudget, than: bound.softBudget) { return "soft_budget" }
        if own.budgetDuration != bound.budgetDuration, bound.maxBudget != nil { return "budget_duration" }
        if own.temporaryIncrease != bound.temporaryIncrease, own.temporaryIncrease != nil {
            return "temp_budget_increase"
        }
        if Self.isWider(own.requestsPerMinute, than: bound.requestsPerMinute) { return "rpm_limit" }
        if Self.isWider(own.tokensPerMinute, than: bound.tokensPerMinute) { return "tpm_limit" }
        if Self.isWider(own.parallelRequests, than: bound.parallelRequests) { return "max_parallel_requests" }
        if modelAllowances != other.modelAllowances, !other.modelAllowances.isEmpty { return "model_max_budget" }
        if Self.isWider(models, than: other.models) { return "models" }
        if aliases != other.aliases { return "aliases" }
        if Self.isWider(allowedRoutes, than: other.allowedRoutes) { return "allowed_routes" }
        if Self.isWider(expires, than: other.expires) { return "duration" }
        if budgetID != other.budgetID { return "budget_id" }
        if userID != other.userID { return "user_id" }
        if teamID != other.teamID { return "team_id" }
        if isBlocked != other.isBlocked { return "blocked" }
        if other.localOnly, !localOnly { return "local_only" }
        if share != other.share { return "share" }
        if serviceClass != other.serviceClass { return "class" }
        if tags != other.tags { return "tags" }
        return nil
    }

    /// None is wider than any number.
    private static func isWider<Bound: Comparable>(_ own: Bound?, than other: Bound?) -> Bool {
        guard let other else { return false }
        return own.map { $0 > other } ?? true
    }

    /// An empty list is everything.
    private static func isWider(_ own: [String], than other: [String]) -> Bool {
        !other.isEmpty && (own.isEmpty || !Set(own).isSubset(of: other))
    }
}
