/// The rows of a LiteLLM database that a ledger can take over, and how many there are of others.
public struct LiteLLMDump: Sendable, Equatable {
    /// A table of LiteLLM's.
    public enum Table: String, Sendable, CaseIterable {
        /// Keys.
        case keys = "LiteLLM_VerificationToken"
        /// Keys that others have taken the place of, and that still work.
        case former = "LiteLLM_DeprecatedVerificationToken"
        /// Teams.
        case teams = "LiteLLM_TeamTable"
        /// Users within teams.
        case memberships = "LiteLLM_TeamMembership"
        /// Users.
        case users = "LiteLLM_UserTable"
        /// Customers.
        case customers = "LiteLLM_EndUserTable"
        /// Bounds with a name.
        case budgets = "LiteLLM_BudgetTable"
        /// Names that stand for others within a team.
        case aliases = "LiteLLM_ModelTable"
        /// Nothing here is like them.
        case organizations = "LiteLLM_OrganizationTable"
        /// Models that were added while it ran.
        case models = "LiteLLM_ProxyModelTable"
        /// Finished requests.
        case requests = "LiteLLM_SpendLogs"

        /// Whether its rows are read; of the others only their number.
        public var isRead: Bool {
            switch self {
            case .organizations, .models, .requests: false
            default: true
            }
        }
    }

    /// The rows of tables that are read.
    public var rows: [Table: [LiteLLMRow]] = [:]
    /// How many rows the others have.
    public var others: [Table: Int] = [:]

    /// Of nothing.
    public init() {}

    func rows(of table: Table) -> [LiteLLMRow] { rows[table] ?? [] }
}
