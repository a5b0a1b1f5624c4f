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
        if let amount = increase.flatMap({ Money(bound: $0) }),
            let until = row.moment("temp_budget_expiry")
                ?? metadata["temp_budget_expiry"].word.flatMap({ WallTime(iso: $0) })
        {
            allowance.temporaryIncrease = Allowance.TemporaryIncrease(amount: amount, until: until)
        }
        return allowance
    }

    /// `model_max_budget`, and `model_rpm_limit` and `model_tpm_limit` of the metadata. Where one of them does not say which
    /// models it bounds, nothing of the whole allowance is let through.
    mutating func modelAllowances(
        _ row: LiteLLMRow, _ kind: Kind, _ object: String, of whole: inout Allowance
    ) -> [String: ModelAllowance] {
        let metadata = row.json("metadata")
        let written = row.text("model_max_budget")
        let budgets = written.map { JSONTree($0) ?? .text($0) } ?? .null
        let lists = [
            ("model_max_budget", budgets), ("model_rpm_limit", metadata["model_rpm_limit"]),
            ("model_tpm_limit", metadata["model_tpm_limit"]),
        ]
        for (name, tree) in lists where tree.members.isEmpty && !tree.isEmpty {
            note(kind, object, "\(name) names no models: nothing is let through")
            whole.requestsPerMinute = 0
        }
        var models: [String: ModelAllowance] = [:]
        for (name, tree) in budgets.members.sorted(by: { $0.key < $1.key }) where !tree.isEmpty {
            models[name] = modelAllowance(tree, "model_max_budget of \(name)", kind, object)
        }
        if !models.isEmpty {
            note(kind, object, "what was spent by model is not kept by LiteLLM: model_max_budget begins anew")
        }
        for (name, limit) in metadata["model_rpm_limit"].members.sorted(by: { $0.key < $1.key }) {
            let count = count(limit, "model_rpm_limit of \(name)", kind, object)
            models[name, default: ModelAllowance()].requestsPerMinute = count
        }
        for (name, limit) in metadata["model_tpm_limit"].members.sorted(by: { $0.key < $1.key }) {
            let count = count(limit, "model_tpm_limit of \(name)", kind, object)
            models[name, default: ModelAllowance()].tokensPerMinute = count
        }
        return models.filter { $0.value != ModelAllowance() }
    }

    /// One model's part of `model_max_budget`: an amount, or an object of LiteLLM's names.
    private mutating func modelAllowance(
        _ tree: JSONTree, _ name: String, _ kind: Kind, _ object: String
    ) -> ModelAllowance {
        var model = ModelAllowance()
        let named = ["budget_limit", "max_budget"].map { tree[$0] }.first { !$0.isEmpty }
        if let most = named ?? (tree.members.isEmpty ? tree : nil) {
            model.maxBudget = money(most.word ?? "of another shape", name, kind, object)
        }
        model.budgetDuration = period(tree["time_period"].word ?? tree["budget_duration"].word, kind, object)
        model.requestsPerMinute = count(tree["rpm_limit"], "rpm_limit in \(name)", kind, object)
        model.tokensPerMinute = count(tree["tpm_limit"], "tpm_limit in \(name)", kind, object)
        let known = ["budget_limit", "max_budget", "time_period", "budget_duration", "rpm_limit", "tpm_limit"]
        if model == ModelAllowance(), !tree.members.isEmpty, !tree.members.keys.contains(where: known.contains) {
            model.maxBudget = money("of another shape", name, kind, object)
        }
        return model
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
        if let most = Money(bound: text) {
            note(kind, object, "\(name) is \(text), which is more than is counted here: it is \(most)", isLoss: false)
            return most
        }
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
        return count(text, name, kind, object)
    }

    private mutating func count(_ tree: JSONTree, _ name: String, _ kind: Kind, _ object: String) -> Int? {
        tree.isEmpty ? nil : count(tree.word ?? "of another shape", name, kind, object)
    }

    private mutating func count(_ text: String, _ name: String, _ kind: Kind, _ object: String) -> Int {
        if let count = Int(text), count >= 0 { return count }
        note(kind, object, "\(name) is \(text), which is no number of anything: it is 0, and nothing is let through")
        return 0
    }

    /// What a row says it has spent: in the window that counts, and before.
    /// - Parameter bounds: the row of its budget, which says when the window ends.
    mutating func takeSpend(
        _ row: LiteLLMRow, of account: AccountName, bounds: LiteLLMRow, _ kind: Kind, _ object: String
    ) {
        let spent = spent(row, "spend", kind, object)
        let total = max(spent, self.spent(row, "total_spend", kind, object))
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

    /// What cannot be read may be any amount: then no budget has anything left.
    private mutating func spent(_ row: LiteLLMRow, _ column: String, _ kind: Kind, _ object: String) -> Money {
        guard let text = row.text(column) else { return .zero }
        if let money = Money(text) { return money }
        if let number = Double(text), number <= 0 {
            if number < 0 { note(kind, object, "\(column) is \(text), which is below nothing: it is 0") }
            return .zero
        }
        note(
            kind, object,
            "\(column) is \(text), which is no amount: it is \(Money.max), and no budget has anything left")
        return .max
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
