import Dialects
import Ledger

/// The operator's word about all keys, for a key that is made or changed: `default_key_generate_params` and
/// `upperbound_key_generate_params`.
struct KeyRules {
    let rules: RowRules
    let rows: LedgerRows

    /// Whether the caller may make such a key, and has said of it what it has to.
    func permitMaking(_ key: VirtualKey, _ call: AdminCall) throws(AdminFault) {
        guard let team = key.teamID.flatMap({ rows.team($0) }) else {
            let rule = rules.makers.personal
            if let roles = rule.roles, !call.by.mayChangeAll, !roles.contains(call.by.roleName) {
                throw .forbidden(
                    "Personal key creation has been restricted by admin. Allowed roles=\(roles.joined(separator: ", ")). "
                        + "Your role=\(call.by.roleName)")
            }
            return try require(rule.required, of: call)
        }
        guard !call.by.mayChangeAll else { return }
        let rule = rules.makers.team
        let role = team.members.first { $0.userID == call.by.userID }?.role ?? "none"
        if let roles = rule.roles, !roles.contains(role) {
            throw .forbidden(
                "Team member role \(role) not in allowed_team_member_roles=\(roles.joined(separator: ", "))")
        }
        try require(rule.required, of: call)
    }

    private func require(_ names: [String], of call: AdminCall) throws(AdminFault) {
        for name in names where !call.fields.has(name) { throw .invalid("Required param \(name) not in data", name) }
    }

    /// Gives a new key what its maker does not say.
    func fill(_ key: inout VirtualKey, _ call: AdminCall) throws(AdminFault) {
        let (defaults, fields) = (rules.keys, call.fields)
        var bounds = key.allowance
        bounds.maxBudget = bounds.maxBudget ?? defaults.allowance.maxBudget
        // A budget that is said to have no window has none.
        if !fields.has("budget_duration") {
            bounds.budgetDuration = bounds.budgetDuration ?? defaults.allowance.budgetDuration
        }
        bounds.requestsPerMinute = bounds.requestsPerMinute ?? defaults.allowance.requestsPerMinute
        bounds.tokensPerMinute = bounds.tokensPerMinute ?? defaults.allowance.tokensPerMinute
        bounds.parallelRequests = bounds.parallelRequests ?? defaults.allowance.parallelRequests
        key.allowance = bounds
        key.userID = key.userID ?? defaults.userID
        key.teamID = key.teamID ?? defaults.teamID
        if key.models.isEmpty { key.models = defaults.models }
        if key.metadata == "{}", let metadata = defaults.metadata { key.metadata = metadata }
        if key.expires == nil, let lifetime = defaults.lifetime, try !saysNever(fields) {
            key.expires = call.now.wall.adding(lifetime)
        }
        if mayHaveDefaultRoutes(key, try fields.value("key_type", .text)) { key.allowedRoutes = defaults.allowedRoutes }
    }

    /// Routes that a kind of key has are not widened by the usual ones.
    private func mayHaveDefaultRoutes(_ key: VirtualKey, _ type: String?) -> Bool {
        let usual = rules.keys.allowedRoutes
        switch type {
        case nil: return key.allowedRoutes.isEmpty && !usual.isEmpty
        case "llm_api": return usual.contains("llm_api_routes")
        default: return false
        }
    }

    /// Gives a new key the most of everything that it is said to have none of, and refuses one that is to have more.
    func bound(new key: inout VirtualKey, _ call: AdminCall) throws(AdminFault) {
        if try saysNever(call.fields) { try refuseEndless() }
        // A template's bound is as good as its own, where it is no more than the most.
        let most = rules.mostOfKeys
        let template = key.budgetID.flatMap { rows.budget($0)?.allowance } ?? Allowance()
        var given = key.allowance
        func missing<Bound: Comparable>(_ own: Bound?, _ theirs: Bound?, _ most: Bound?) -> Bound? {
            own ?? (theirs.map { theirs in most.map { theirs > $0 } ?? false } ?? true ? most : nil)
        }
        given.maxBudget = missing(given.maxBudget, template.maxBudget, most.maxBudget)
        given.requestsPerMinute = missing(given.requestsPerMinute, template.requestsPerMinute, most.requestsPerMinute)
        given.tokensPerMinute = missing(given.tokensPerMinute, template.tokensPerMinute, most.tokensPerMinute)
        given.parallelRequests = missing(given.parallelRequests, template.parallelRequests, most.parallelRequests)
        if given.budgetDuration == nil,
            template.budgetDuration == nil || most.isPassed(budgetDuration: template.budgetDuration)
        {
            given.budgetDuration = most.budgetDuration
        }
        key.allowance = given
        if key.expires == nil, let lifetime = most.lifetime { key.expires = call.now.wall.adding(lifetime) }
        try refuseMore(key, call, fields: nil)
    }

    /// The same for a key that is changed, by the fields that the request has.
    func bound(changed key: inout VirtualKey, _ call: AdminCall) throws(AdminFault) {
        let (most, fields) = (rules.mostOfKeys, call.fields)
        if try saysNever(fields) { try refuseEndless() }
        func fill<Bound>(_ name: String, _ bound: WritableKeyPath<VirtualKey, Bound?>, _ most: Bound?) {
            if fields.has(name), key[keyPath: bound] == nil { key[keyPath: bound] = most }
        }
        fill("max_budget", \.allowance.maxBudget, most.maxBudget)
        fill("budget_duration", \.allowance.budgetDuration, most.budgetDuration)
        fill("rpm_limit", \.allowance.requestsPerMinute, most.requestsPerMinute)
        fill("tpm_limit", \.allowance.tokensPerMinute, most.tokensPerMinute)
        fill("max_parallel_requests", \.allowance.parallelRequests, most.parallelRequests)
        fill("duration", \.expires, most.lifetime.map { call.now.wall.adding($0) })
        try refuseMore(key, call, fields: fields)
    }

    // MARK: Refusals

    /// - Parameter fields: those that are looked at; nil: all.
    private func refuseMore(_ key: VirtualKey, _ call: AdminCall, fields: AdminFields?) throws(AdminFault) {
        let (most, bounds) = (rules.mostOfKeys, key.allowance)
        func refuse(_ name: String, _ isMore: Bool, _ value: String?, _ most: String?) throws(AdminFault) {
            guard isMore, fields?.has(name) ?? true else { return }
            throw Self.over(name, value ?? "none", most ?? "none")
        }
        try refuse(
            "max_budget", most.isPassed(maxBudget: bounds.maxBudget), bounds.maxBudget?.description,
            most.maxBudget?.description)
        try refuse(
            "budget_duration", most.isPassed(budgetDuration: bounds.budgetDuration), bounds.budgetDuration?.text,
            most.budgetDuration?.text)
        for (name, value, limit) in [
            ("rpm_limit", bounds.requestsPerMinute, most.requestsPerMinute),
            ("tpm_limit", bounds.tokensPerMinute, most.tokensPerMinute),
            ("max_parallel_requests", bounds.parallelRequests, most.parallelRequests),
        ] {
            try refuse(
                name, KeyCeiling.isPassed(limit, by: value), value.map(String.init), limit.map(String.init))
        }
        if let lifetime = most.lifetime, let expires = key.expires {
            let asked = try call.fields.value("duration", .text)
            try refuse("duration", expires > call.now.wall.adding(lifetime), asked, lifetime.text)
        }
        try refuseIncrease(key, call)
    }

    /// More money for once is an operator's to give beyond the most.
    private func refuseIncrease(_ key: VirtualKey, _ call: AdminCall) throws(AdminFault) {
        guard !call.by.mayChangeAll, call.fields.has("temp_budget_increase"), let most = rules.mostOfKeys.maxBudget,
            let increase = key.allowance.temporaryIncrease?.amount, let budget = key.allowance.maxBudget,
            budget + increase > most
        else { return }
        throw Self.over("temp_budget_increase", increase.description, (most - budget).description)
    }

    private func refuseEndless() throws(AdminFault) {
        guard let most = rules.mostOfKeys.lifetime else { return }
        throw Self.over("duration", "-1", most.text)
    }

    /// `duration: "-1"`: a key that never ends.
    private func saysNever(_ fields: AdminFields) throws(AdminFault) -> Bool {
        try fields.value("duration", .text) == "-1"
    }

    private static func over(_ name: String, _ value: String, _ most: String) -> AdminFault {
        .invalid("\(name) is over max limit set in config - user_value=\(value); max_value=\(most)", name)
    }
}
