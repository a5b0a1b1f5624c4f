import Dialects
import Ledger

/// The bounds that keys, teams, users, customers and budgets have in common, by LiteLLM's names.
extension AdminFields {
    func apply(to allowance: inout Allowance, at now: WallTime) throws(AdminFault) {
        try take("max_budget", .dollars) { allowance.maxBudget = $0 }
        try take("soft_budget", .dollars) { allowance.softBudget = $0 }
        try take("budget_duration", .period) { allowance.budgetDuration = $0 }
        try take("rpm_limit", .count) { allowance.requestsPerMinute = $0 }
        try take("tpm_limit", .count) { allowance.tokensPerMinute = $0 }
        try take("max_parallel_requests", .count) { allowance.parallelRequests = $0 }
        if let soft = allowance.softBudget, let most = allowance.maxBudget, soft > most {
            throw .invalid(
                "soft_budget (\(soft)) is above max_budget (\(most)), so it would never be passed", "soft_budget")
        }
        try applyIncrease(to: &allowance, at: now)
    }

    /// `temp_budget_increase` and `temp_budget_expiry`, which go together.
    private func applyIncrease(to allowance: inout Allowance, at now: WallTime) throws(AdminFault) {
        guard has("temp_budget_increase") || has("temp_budget_expiry") else { return }
        guard let amount = try value("temp_budget_increase", .dollars) else {
            allowance.temporaryIncrease = nil
            return
        }
        let text = try required("temp_budget_expiry", .text)
        let until = WallTime(iso: text) ?? BudgetPeriod(text).map { now.adding($0) }
        guard let until else {
            throw .invalid("temp_budget_expiry must be a moment such as 2026-12-01T00:00:00Z", "temp_budget_expiry")
        }
        allowance.temporaryIncrease = Allowance.TemporaryIncrease(amount: amount, until: until)
    }

    /// `model_max_budget`, `model_rpm_limit` and `model_tpm_limit`: each replaces what it says of every model.
    func apply(to models: inout [String: ModelAllowance]) throws(AdminFault) {
        try take("model_max_budget", AdminType<ModelBudget>.modelBudget.map) { budgets in
            for name in models.keys { models[name]?.clearBudget() }
            for (name, budget) in budgets ?? [:] { models[name, default: ModelAllowance()].set(budget) }
        }
        try take("model_rpm_limit", AdminType<Int>.count.map) { limits in
            for name in models.keys { models[name]?.requestsPerMinute = nil }
            for (name, limit) in limits ?? [:] { models[name, default: ModelAllowance()].requestsPerMinute = limit }
        }
        try take("model_tpm_limit", AdminType<Int>.count.map) { limits in
            for name in models.keys { models[name]?.tokensPerMinute = nil }
            for (name, limit) in limits ?? [:] { models[name, default: ModelAllowance()].tokensPerMinute = limit }
        }
        models = models.filter { $0.value != ModelAllowance() }
    }

    /// `team_member_budget` and what goes with it: the bounds of each member of a team.
    func applyToMembers(_ allowance: inout Allowance) throws(AdminFault) {
        try take("team_member_budget", .dollars) { allowance.maxBudget = $0 }
        try take("team_member_budget_duration", .period) { allowance.budgetDuration = $0 }
        try take("team_member_rpm_limit", .count) { allowance.requestsPerMinute = $0 }
        try take("team_member_tpm_limit", .count) { allowance.tokensPerMinute = $0 }
    }

    /// The bounds of one member of a team.
    func apply(toMember allowance: inout Allowance) throws(AdminFault) {
        try refuseUnheld("allowed_models", "max_parallel_requests")
        try take("max_budget_in_team", .dollars) { allowance.maxBudget = $0 }
        try take("budget_duration", .period) { allowance.budgetDuration = $0 }
        try take("rpm_limit", .count) { allowance.requestsPerMinute = $0 }
        try take("tpm_limit", .count) { allowance.tokensPerMinute = $0 }
    }

    /// Limits of LiteLLM that nothing here would hold: better refused than not held.
    /// - Parameter others: those of this kind of row alone.
    func refuseUnheld(_ others: String...) throws(AdminFault) {
        for name in Self.unheld + others {
            guard let json = try value(name, AdminType<JSONText>.any), !json.saysNothing else { continue }
            throw .invalid("\(name) is not built in this release, so it would not be held; leave it out", name)
        }
    }

    /// What every kind of row may have at LiteLLM.
    private static let unheld = [
        "tpd_limit", "budget_limits", "enforced_params", "guardrails", "policies", "allowed_cache_controls",
        "access_group_ids", "organization_id", "project_id", "tag_rpm_limit", "mcp_rpm_limit",
        "denied_passthrough_routes", "auto_rotate",
    ]
}

extension JSONText {
    /// Nothing, an empty text, list or object, or false: as rows are shown, and sent back by scripts.
    fileprivate var saysNothing: Bool {
        switch content {
        case .null: true
        case .truth(let value): !value
        case .text(let text): text.isEmpty
        case .list(let elements): elements.isEmpty
        case .members(let members): members.isEmpty
        case .number: false
        }
    }
}

/// One model's line of `model_max_budget`.
struct ModelBudget: Sendable {
    var most: Money?
    var duration: BudgetPeriod?
    var requestsPerMinute: Int?
    var tokensPerMinute: Int?
}

extension ModelAllowance {
    fileprivate mutating func clearBudget() { (maxBudget, budgetDuration) = (nil, nil) }

    fileprivate mutating func set(_ budget: ModelBudget) {
        (maxBudget, budgetDuration) = (budget.most, budget.duration)
        requestsPerMinute = budget.requestsPerMinute ?? requestsPerMinute
        tokensPerMinute = budget.tokensPerMinute ?? tokensPerMinute
    }
}

extension AdminType<JSONText> {
    static var any: Self {
        AdminType(name: "any", message: "any value") { $0 }
    }
}

extension AdminType<ModelBudget> {
    /// `{"budget_limit": 10, "time_period": "1d"}`, the same by `max_budget` and `budget_duration`, or the dollars alone.
    static var modelBudget: Self {
        AdminType(
            name: "dict_type",
            message: "Input should be a mapping of models to {\"budget_limit\": DOLLARS, \"time_period\": \"30d\"}"
        ) { json in
            if let dollars = AdminType<Money>.dollars.convert(json) { return ModelBudget(most: dollars) }
            guard let fields = try? AdminFields(json) else { return nil }
            var budget = ModelBudget()
            do throws(AdminFault) {
                budget.most = try fields.value("max_budget", .dollars)
                if let most = try fields.value("budget_limit", .dollars) { budget.most = most }
                budget.duration = try fields.value("budget_duration", .period)
                if let duration = try fields.value("time_period", .period) { budget.duration = duration }
                budget.requestsPerMinute = try fields.value("rpm_limit", .count)
                budget.tokensPerMinute = try fields.value("tpm_limit", .count)
            } catch { return nil }
            return budget
        }
    }
}
