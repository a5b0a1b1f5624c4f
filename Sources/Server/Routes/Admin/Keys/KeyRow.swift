import Dialects
import Ledger

/// A key as the answers show it, with LiteLLM's names.
struct KeyRow {
    let key: VirtualKey
    let spent: Spent
    /// The template of its bounds, where it has one.
    var template: BudgetTemplate?

    /// How much a row has spent, and when its window begins anew.
    struct Spent {
        var window = Money.zero
        var total = Money.zero
        var resetAt: WallTime?
        /// By models that have a budget, in their windows.
        var models: [String: Money] = [:]
    }

    typealias Members = [(name: String, value: JSONText)]

    /// Without `token`: the `info` of `/key/info`.
    var info: Members {
        let bounds = key.allowance
        return [
            ("key_name", .string(key.name)), ("key_alias", .maybe(key.alias)),
            ("soft_budget_cooldown", .bool(false)), ("spend", .dollars(spent.window)),
            ("expires", .maybe(key.expires?.iso)), ("models", .texts(key.models)), ("aliases", .texts(key.aliases)),
            ("config", .object([])), ("user_id", .maybe(key.userID)), ("team_id", .maybe(key.teamID)),
            ("permissions", .stored(key.permissions)), ("metadata", metadata),
            ("blocked", .bool(key.isBlocked)),
        ] + Self.bounds(bounds, resetAt: spent.resetAt) + [
            ("allowed_cache_controls", .array([])), ("model_spend", .spent(spent.models)),
            ("model_max_budget", .modelBudgets(key.modelAllowances)),
            ("model_rpm_limit", .limits(key.modelAllowances, \.requestsPerMinute)),
            ("model_tpm_limit", .limits(key.modelAllowances, \.tokensPerMinute)),
            ("budget_id", .maybe(key.budgetID)), ("organization_id", .null),
            ("allowed_routes", .texts(key.allowedRoutes)), ("tags", .texts(key.tags)),
            ("object_permission_id", .null), ("auto_rotate", .bool(false)), ("rotation_count", .integer(0)),
            ("rotation_interval", .null), ("project_id", .null), ("agent_id", .null), ("router_settings", .object([])),
            ("policies", .array([])), ("access_group_ids", .array([])), ("budget_limits", .null),
            ("budget_fallbacks", .object([])), ("key_type", .string(key.typeName)), ("tpd_limit", .null),
            ("last_active", .null), ("total_spend", .dollars(spent.total)),
            ("litellm_budget_table", template.map { .object(Self.table($0)) } ?? .null),
            ("litellm_organization_table", .null), ("object_permission", .null),
            ("local_only", .bool(key.localOnly)), ("class", .maybe(key.serviceClass)),
            ("share", key.share.map { .double($0) } ?? .null),
        ] + Self.stamps(key.stamps)
    }

    /// With `token`, as lists and changes answer it.
    var row: Members { [("token", .string(key.hash.hex))] + info }

    /// The bounds of anything that has some.
    static func bounds(_ bounds: Allowance, resetAt: WallTime?) -> Members {
        [
            ("max_parallel_requests", .maybe(bounds.parallelRequests)), ("tpm_limit", .maybe(bounds.tokensPerMinute)),
            ("rpm_limit", .maybe(bounds.requestsPerMinute)), ("max_budget", .maybe(bounds.maxBudget)),
            ("soft_budget", .maybe(bounds.softBudget)), ("budget_duration", .maybe(bounds.budgetDuration?.text)),
            ("budget_reset_at", .maybe(resetAt?.iso)),
            ("temp_budget_increase", .maybe(bounds.temporaryIncrease?.amount)),
            ("temp_budget_expiry", .maybe(bounds.temporaryIncrease?.until.iso)),
        ]
    }

    private static func table(_ template: BudgetTemplate) -> Members {
        [("budget_id", .string(template.id))] + bounds(template.allowance, resetAt: nil)
    }

    static func stamps(_ stamps: Stamps) -> Members {
        [
            ("created_at", .string(stamps.createdAt.iso)), ("created_by", .string(stamps.createdBy)),
            ("updated_at", .string(stamps.updatedAt.iso)), ("updated_by", .string(stamps.updatedBy)),
        ]
    }

    /// The operator's own object, and in it the labels and the limits of single models, where LiteLLM keeps them.
    private var metadata: JSONText {
        guard case .members(var members) = JSONText.stored(key.metadata).content else { return .object([]) }
        let own: Members = [
            ("tags", .texts(key.tags)), ("model_rpm_limit", .limits(key.modelAllowances, \.requestsPerMinute)),
            ("model_tpm_limit", .limits(key.modelAllowances, \.tokensPerMinute)),
        ]
        let empty = [JSONText.array([]), .null]
        members.append(
            contentsOf: own.filter { member in
                !empty.contains(member.value) && !members.contains { $0.name == member.name }
            })
        return .object(members)
    }
}

extension KeyRow {
    /// The answer of `/key/generate`: all of it, and the only time the key itself.
    /// - Parameter more: members of this answer alone.
    func made(_ secret: KeySecret, more: Members = []) -> JSONText {
        var members = info.filter { $0.name != "expires" && $0.name != "blocked" }
        members.insert(("key", .string(secret.text)), at: 0)
        members += [
            ("expires", .maybe(key.expires?.iso8601)), ("blocked", key.isBlocked ? .bool(true) : .null),
            ("duration", .null), ("token", .string(key.hash.hex)), ("token_id", .string(key.hash.hex)),
            ("end_user_budget_id", .null), ("enforced_params", .null), ("guardrails", .null),
        ]
        return .object(members + more)
    }
}

extension VirtualKey {
    /// LiteLLM's `key_type`.
    var typeName: String {
        switch allowedRoutes {
        case ["llm_api_routes"]: "llm_api"
        case ["management_routes"]: "management"
        case ["info_routes"]: "read_only"
        default: "default"
        }
    }
}
