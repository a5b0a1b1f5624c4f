import Ledger

extension LiteLLMImport {
    /// The bounds of a row, in columns of the same names in every table.
    mutating func allowance(_ row: LiteLLMRow, _ kind: Kind, _ object: String) -> Allowance {
        var allowance = Allowance()
        allowance.maxBudget = money(row.text("max_budget"), "max_budget", kind, object)
        allowance.softBudget = money(row.text("soft_budget"), "soft_budget", kind, object)
        allowance.budgetDuration = period(row.text("budget_duration"), kind, object)
        allowance.requestsPerMinute = count(row, "rpm_limit", kind, object)
        allowance.tokensPerMinute = count(row, "tpm_limit", kind, object)
        allowance.parallelRequests = count(row, "max_parallel_requests", kind, object)
        // Of a key in its metadata, of a budget in columns.
        let metadata = row.json("metadata")
        let increase = row.text("temp_budget_increase") ?? metadata["temp_budget_increase"].word
        if let amount = increase.flatMap({ Money($0) }),
            let until = row.moment("temp_budget_expiry")
                ?? metadata["temp_budget_expiry"].word.flatMap({ WallTime(iso: $0) })
        {
            allowance.temporaryIncrease = Allowance.TemporaryIncrease(amount: amount, until: until)
        }
        return allowance
    }

    /// `model_max_budget`, and `model_rpm_limit` and `model_tpm_limit` of the metadata.
    mutating func modelAllowances(_ row: LiteLLMRow, _ kind: Kind, _ object: String) -> [String: ModelAllowance] {
        var models: [String: ModelAllowance] = [:]
        for (name, tree) in row.json("model_max_budget").members.sorted(by: { $0.key < $1.key })
        where !tree.isEmpty {
            var model = ModelAllowance()
            let most = tree["budget_limit"].word ?? tree["max_budget"].word ?? tree.word
            model.maxBudget = money(most, "model_max_budget of \(name)", kind, object)
            model.budgetDuration = period(tree["time_period"].word ?? tree["budget_duration"].word, kind, object)
            model.requestsPerMinute = tree["rpm_limit"].word.flatMap { Int($0) }
            model.tokensPerMinute = tree["tpm_limit"].word.flatMap { Int($0) }
            models[name] = model
        }
        if !models.isEmpty {
            note(kind, object, "what was spent by model is not kept by LiteLLM: model_max_budget begins anew")
        }
        let metadata = row.json("metadata")
        for (name, limit) in metadata["model_rpm_limit"].members {
            models[name, default: ModelAllowance()].requestsPerMinute = limit.word.flatMap { Int($0) }
        }
        for (name, limit) in metadata["model_tpm_limit"].members {
            models[name, default: ModelAllowance()].tokensPerMinute = limit.word.flatMap { Int($0) }
        }
        return models.filter { $0.value != ModelAllowance() }
    }

    /// Notes what a row says and nothing here holds.
    mutating func noteUnheld(_ row: LiteLLMRow, _ kind: Kind, _ object: String) {
        let columns = [
            "tpd_limit", "budget_limits", "budget_fallbacks", "allowed_cache_controls", "policies", "organization_id",
            "project_id", "agent_id", "object_permission_id", "router_settings", "config", "auto_rotate",
            "access_group_ids", "allowed_model_region", "default_model", "allowed_models",
        ]
        for column in columns where row.says(column) { note(kind, object, "\(column) is not held here") }
        let metadata = row.json("metadata")
        for name in ["guardrails", "enforced_params", "tag_rpm_limit", "mcp_rpm_limit"] where !metadata[name].isEmpty {
            note(kind, object, "metadata.\(name) is not held here")
        }
    }

    /// Dollars. A bound below nothing lets nothing through, as at LiteLLM; so does one that cannot be read.
    private mutating func money(_ text: String?, _ name: String, _ kind: Kind, _ object: String) -> Money? {
        guard let text else { return nil }
        if let money = Money(text) { return money }
        if text.lowercased() == "infinity" { return nil }
        note(kind, object, "\(name) is \(text), which is no amount: it is 0, and nothing that costs is let through")
        return .zero
    }

    private mutating func period(_ text: String?, _ kind: Kind, _ object: String) -> BudgetPeriod? {
        guard let text else { return nil }
        if let period = BudgetPeriod(text) { return period }
        note(kind, object, "budget_duration is \(text), which is no period such as 30d: the budget never begins anew")
        return nil
    }

    private mutating func count(_ row: LiteLLMRow, _ name: String, _ kind: Kind, _ object: String) -> Int? {
        guard let text = row.text(name) else { return nil }
        if let count = Int(text), count >= 0 { return count }
        note(kind, object, "\(name) is \(text), which is no number of anything: it is 0, and nothing is let through")
        return 0
    }

    /// What a row says it has spent: in the window that counts, and before.
    /// - Parameter bounds: the row of its budget, which says when the window ends.
    mutating func takeSpend(_ row: LiteLLMRow, of account: AccountName, bounds: LiteLLMRow) {
        let spent = row.text("spend").flatMap { Money($0) } ?? .zero
        let total = max(row.text("total_spend").flatMap { Money($0) } ?? .zero, spent)
        let duration = bounds.text("budget_duration").flatMap { BudgetPeriod($0) }
        let window = window(of: duration, until: bounds.moment("budget_reset_at"))
        var sums: [AccountSum] = []
        if total > spent {
            let before = BudgetWindow(start: WallTime(microseconds: .min), end: window.start)
            sums.append(AccountSum(account: account, window: before, tally: Tally(money: total - spent)))
        }
        if spent > .zero { sums.append(AccountSum(account: account, window: window, tally: Tally(money: spent))) }
        spend(sums)
    }

    /// The window that a spend belongs to. One whose end is over has not been begun anew by LiteLLM, whose job comes every ten
    /// minutes.
    private func window(of period: BudgetPeriod?, until end: WallTime?) -> BudgetWindow {
        guard let period else { return .endless }
        var window = period.window(containing: now, anchor: now)
        guard let end else { return window }
        window.end = end
        if end <= now {
            window.start = WallTime(microseconds: end.microseconds - Int64(period.longestSeconds) * 1_000_000)
        }
        return window
    }
}
