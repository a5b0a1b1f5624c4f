import Dialects
import Ledger

/// A team as the answers show it, with LiteLLM's names.
struct TeamRow {
    let team: Team
    let spent: KeyRow.Spent
    /// The addresses of its members that have one.
    var emails: [String: String] = [:]

    var members: KeyRow.Members {
        let bounds = KeyRow.bounds(team.allowance, resetAt: spent.resetAt)
        return [
            ("team_id", .string(team.id)), ("team_alias", .maybe(team.alias)), ("organization_id", .null),
            ("admins", .array([])), ("members", .array([])),
            ("members_with_roles", .array(team.members.map(member))), ("team_member_permissions", .array([])),
            ("metadata", .stored(team.metadata)), ("spend", .dollars(spent.window)),
            ("total_spend", .dollars(spent.total)), ("models", .texts(team.models)),
            ("model_aliases", .texts(team.aliases)), ("blocked", .bool(team.isBlocked)), ("tags", .texts(team.tags)),
        ] + bounds + [
            ("model_max_budget", .modelBudgets(team.modelAllowances)),
            ("model_rpm_limit", .limits(team.modelAllowances, \.requestsPerMinute)),
            ("model_tpm_limit", .limits(team.modelAllowances, \.tokensPerMinute)),
            ("model_spend", .spent(spent.models)),
            ("model_id", .null), ("router_settings", .object([])), ("policies", .array([])), ("tpd_limit", .null),
            ("budget_limits", .null), ("access_group_ids", .array([])), ("default_team_member_models", .array([])),
            ("team_member_budget_table", Self.table(team.memberAllowance ?? Allowance())),
            ("litellm_model_table", .null), ("object_permission", .null), ("object_permission_id", .null),
            ("created_at", .string(team.stamps.createdAt.iso)), ("updated_at", .string(team.stamps.updatedAt.iso)),
        ]
    }

    private func member(_ member: Team.Member) -> JSONText {
        .object([
            ("user_id", .string(member.userID)), ("user_email", .maybe(emails[member.userID])),
            ("role", .string(member.role)),
        ])
    }

    /// A member's bounds within the team, and what it has spent there.
    static func membership(_ member: Team.Member, of team: Team, _ spent: KeyRow.Spent) -> JSONText {
        let table = table(team.allowance(of: member), resetAt: spent.resetAt)
        return .object([
            ("user_id", .string(member.userID)), ("team_id", .string(team.id)), ("budget_id", .null),
            ("spend", .dollars(spent.window)), ("total_spend", .dollars(spent.total)), ("litellm_budget_table", table),
        ])
    }

    private static func table(_ bounds: Allowance, resetAt: WallTime? = nil) -> JSONText {
        bounds == Allowance() ? .null : .object(KeyRow.bounds(bounds, resetAt: resetAt))
    }
}
