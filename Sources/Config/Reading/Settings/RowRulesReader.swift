import Ledger

/// What rows that are made over the API have where nobody says, and the most that keys may have: the settings of
/// `litellm_settings` for `/key/generate`, `/user/new` and `/team/new`.
struct RowRulesReader {
    let log: DiagnosticLog

    func read(_ litellm: SectionReader) -> RowRules {
        var rules = RowRules()
        if let section = part("default_key_generate_params", KnownKeys.keyDefaults, of: litellm) {
            rules.keys = keys(section)
        }
        if let section = part("upperbound_key_generate_params", KnownKeys.keyCeiling, of: litellm) {
            rules.mostOfKeys = ceiling(section)
            refuseDefaultsAbove(rules.mostOfKeys, rules.keys, section)
        }
        if let section = part("key_generation_settings", KnownKeys.keyMakers, of: litellm) {
            rules.makers.personal = maker("personal_key_generation", "allowed_user_roles", of: section) {
                UserRole(rawValue: $0) != nil
            }
            rules.makers.team = maker("team_key_generation", "allowed_team_member_roles", of: section) {
                ["admin", "user"].contains($0)
            }
        }
        if let section = part("default_internal_user_params", KnownKeys.userDefaults, of: litellm) {
            rules.users = users(section)
        }
        let named = money("max_internal_user_budget", of: litellm)
        rules.users.internalBudget = named ?? money("default_max_internal_user_budget", of: litellm)
        rules.users.internalDuration = period("internal_user_budget_duration", of: litellm)
        rules.customerBudgetID = litellm.text("max_end_user_budget_id")?.value
        if let section = part("default_team_params", KnownKeys.teamDefaults, of: litellm) {
            rules.teams.allowance = allowance(section)
            rules.teams.models = section.texts("models", what: "models").map(\.value)
            refuseUnheld(section)
        }
        return rules
    }

    /// How long a key goes on working that another one has taken the place of, by LiteLLM's variable.
    func grace(_ variables: Variables) -> BudgetPeriod? {
        let name = "LITELLM_KEY_ROTATION_GRACE_PERIOD"
        guard let text = variables.first(of: [name])?.value, !text.isEmpty else { return nil }
        guard let period = BudgetPeriod(text) else {
            log.fault(nil, name, "expects a number and s, m, h, d, w or mo, such as 24h")
            return nil
        }
        return period
    }

    // MARK: Kinds of rows

    private func keys(_ section: SectionReader) -> KeyDefaults {
        var keys = KeyDefaults()
        keys.allowance = allowance(section)
        keys.lifetime = period("duration", of: section)
        if let user = section.text("user_id") {
            // As the API refuses it: it is the master key's name.
            if user.value == "default_user_id" {
                log.fault(user.mark, user.path, "is the master key's name, and no user; write another, or remove it")
            }
            keys.userID = user.value
        }
        keys.teamID = section.text("team_id")?.value
        keys.models = section.texts("models", what: "models").map(\.value)
        keys.allowedRoutes = section.texts("allowed_routes", what: "routes").map(\.value)
        keys.metadata = object("metadata", of: section)
        return keys
    }

    private func ceiling(_ section: SectionReader) -> KeyCeiling {
        var most = KeyCeiling()
        let allowance = allowance(section)
        (most.maxBudget, most.budgetDuration) = (allowance.maxBudget, allowance.budgetDuration)
        most.lifetime = period("duration", of: section)
        most.parallelRequests = allowance.parallelRequests
        (most.tokensPerMinute, most.requestsPerMinute) = (allowance.tokensPerMinute, allowance.requestsPerMinute)
        return most
    }

    private func maker(
        _ name: String, _ roles: String, of section: SectionReader, _ isRole: (String) -> Bool
    ) -> KeyMakers.Rule {
        var rule = KeyMakers.Rule()
        let table = KnownSection(name, acted: [roles, "required_params"])
        guard let part = part(name, table, of: section) else { return rule }
        rule.required = part.texts("required_params", what: "fields").map(\.value)
        guard part.entry(roles) != nil else { return rule }
        let named = part.texts(roles, what: "roles")
        for role in named where !isRole(role.value) {
            log.fault(role.mark, role.path, "no role is named \"\(role.value)\"")
        }
        rule.roles = named.map(\.value)
        return rule
    }

    private func users(_ section: SectionReader) -> UserDefaults {
        var users = UserDefaults()
        let role: Located<UserRole>? = section.choice("user_role", what: "role")
        users.role = role?.value
        users.allowance = allowance(section)
        users.models = section.texts("models", what: "models").map(\.value)
        users.metadata = object("metadata", of: section)
        users.teams = teams(of: section)
        return users
    }

    /// A list of ids, or of mappings with the user's place in each team.
    private func teams(of section: SectionReader) -> [UserDefaults.Membership] {
        guard let node = section.entry("teams")?.value else { return [] }
        let path = section.path("teams")
        guard case .sequence(let items) = node.content else {
            if node.firstUnresolved == nil { log.fault(node.mark, path, "expects a list, found \(node.shown)") }
            return []
        }
        let table = KnownSection("teams", acted: ["team_id", "max_budget_in_team", "user_role"])
        return items.enumerated().compactMap { index, item in
            let place = "\(path)[\(index)]"
            if case .scalar(let scalar) = item.content, !item.isNull, !scalar.text.isEmpty {
                return UserDefaults.Membership(teamID: scalar.text)
            }
            guard let team = SectionReader(item, path: place, table: table, log: log) else { return nil }
            guard let id = team.text("team_id") else {
                if team.entry("team_id") == nil { log.fault(item.mark, place, "has no team_id") }
                return nil
            }
            let role = team.text("user_role")
            if let role, !["user", "admin"].contains(role.value) {
                log.fault(role.mark, role.path, "expects user or admin, found \"\(role.value)\"")
            }
            return UserDefaults.Membership(
                teamID: id.value, role: role?.value ?? "user", maxBudget: money("max_budget_in_team", of: team))
        }
    }

    // MARK: Values

    private func part(_ name: String, _ table: KnownSection, of section: SectionReader) -> SectionReader? {
        guard let entry = section.entry(name) else { return nil }
        return SectionReader(entry.value, path: section.path(name), table: table, log: log)
    }

    private func allowance(_ section: SectionReader) -> Allowance {
        var allowance = Allowance()
        allowance.maxBudget = money("max_budget", of: section)
        allowance.budgetDuration = period("budget_duration", of: section)
        allowance.requestsPerMinute = section.whole("rpm_limit", atLeast: 0)?.value
        allowance.tokensPerMinute = section.whole("tpm_limit", atLeast: 0)?.value
        allowance.parallelRequests = section.whole("max_parallel_requests", atLeast: 0)?.value
        return allowance
    }

    private func money(_ key: String, of section: SectionReader) -> Money? {
        BudgetReader(log: log).dollars(key, of: section).flatMap { Money(bound: $0.value) }
    }

    private func period(_ key: String, of section: SectionReader) -> BudgetPeriod? {
        BudgetReader(log: log).period(key, of: section).flatMap { BudgetPeriod($0.value) }
    }

    private func object(_ key: String, of section: SectionReader) -> String? {
        guard let node = section.entry(key)?.value else { return nil }
        guard case .mapping = node.content else {
            if node.firstUnresolved == nil {
                log.fault(node.mark, section.path(key), "expects a mapping, found \(node.shown)")
            }
            return nil
        }
        return node.json
    }

    // MARK: What cannot be held

    /// Every key that says nothing else would be refused.
    private func refuseDefaultsAbove(_ most: KeyCeiling, _ keys: KeyDefaults, _ section: SectionReader) {
        let bounds = keys.allowance
        let above: [(name: String, isAbove: Bool)] = [
            ("max_budget", most.isPassed(maxBudget: bounds.maxBudget)),
            ("budget_duration", most.isPassed(budgetDuration: bounds.budgetDuration)),
            ("duration", most.isPassed(lifetime: keys.lifetime)),
            ("max_parallel_requests", KeyCeiling.isPassed(most.parallelRequests, by: bounds.parallelRequests)),
            ("tpm_limit", KeyCeiling.isPassed(most.tokensPerMinute, by: bounds.tokensPerMinute)),
            ("rpm_limit", KeyCeiling.isPassed(most.requestsPerMinute, by: bounds.requestsPerMinute)),
        ]
        for bound in above where bound.isAbove {
            log.fault(
                section.entry(bound.name)?.value.mark ?? section.mark, section.path(bound.name),
                "is less than default_key_generate_params.\(bound.name), so each key that says no other would be refused"
            )
        }
    }

    /// Whoever writes these relies on them to keep teams within something.
    private func refuseUnheld(_ section: SectionReader) {
        for name in KnownKeys.unheldTeamDefaults {
            guard let entry = section.entry(name), !entry.value.isOff else { continue }
            log.fault(entry.keyMark, section.path(name), "nothing here would hold this; remove it, and write models")
        }
    }
}
