/// Bounds and names that stand in the configuration and not in the store.
public struct LedgerSettings: Sendable, Equatable {
    /// `litellm_settings.max_budget` and `budget_duration`, for all there is.
    public var global = Allowance()
    /// `router_settings.provider_budget_config`, by provider.
    public var providers: [String: Allowance] = [:]
    /// The models of each access group, from `model_info.access_groups`.
    public var accessGroups: [String: [String]] = [:]
    /// What rows have that nobody has given it, and the most that keys may have.
    public var rows = RowRules()
    /// Finished requests that are kept while nobody takes them; sums are kept whatever happens.
    public var bookCapacity = 100_000

    /// Whether there is a budget among them.
    public var bindsMoney: Bool {
        global.maxBudget != nil || providers.values.contains { $0.maxBudget != nil }
    }

    /// No bounds.
    public init() {}
}
