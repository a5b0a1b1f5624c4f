/// Everything that a ledger begins with: the rows of the directory, and what was spent.
public struct LedgerImage: Sendable, Equatable, Codable {
    /// All keys.
    public var keys: [VirtualKey] = []
    /// All users.
    public var users: [User] = []
    /// All teams.
    public var teams: [Team] = []
    /// All customers.
    public var customers: [Customer] = []
    /// All templates.
    public var budgets: [BudgetTemplate] = []
    /// All models that are kept with them.
    public var models: [StoredModel] = []
    /// The accounts' sums, in any order and any number of windows. A store may fold all but an account's last window into
    /// one sum that has an earlier start.
    public var sums: [AccountSum] = []

    /// Whether other gateways spend from it too.
    public var isShared = false

    /// Of nothing.
    public init() {}
}
