import Dialects
import Ledger

/// The operator's word about all keys, for a key that is made or changed: `default_key_generate_params` and
/// `upperbound_key_generate_params`.
struct KeyRules {
    let rules: RowRules
    let rows: LedgerRows

    /// Whether the caller may make such a key, and has said of it what it has to.
    func permitMaking(_ key: VirtualKey, _ call: AdminCall) throws(AdminFault) {
        try permitPlace(key, call)
        let isTeams = team(of: key) != nil
        if isTeams, call.by.mayChangeAll { return }
        let required = isTeams ? rules.makers.team.required : rules.makers.personal.required
        for name in required where !call.fields.has(name) { throw .invalid("Required param \(name) not in data", name) }
    }

    /// Whether the caller may have a key there: one of its own, or a team's. A key that is moved is as good as made.
    func permitPlace(_ key: VirtualKey, _ call: AdminCall) throws(AdminFault) {
        guard !call.by.mayChangeAll else { return }
        guard let team = team(of: key) else {
            if let roles = rules.makers.personal.roles, !roles.contains(call.by.roleName) {
                throw .forbidden(
                    "Personal key creation has been restricted by admin. Allowed roles=\(roles.joined(separator: ", ")). "
                        + "Your role=\(call.by.roleName)")
            }
            return
        }
        let role = team.members.first { $0.userID == call.by.userID }?.role ?? "none"
        if let roles = rules.makers.team.roles, !roles.contains(role) {
            throw .forbidden(
                "Team member role \(role) not in allowed_team_member_roles=\(roles.joined(separator: ", "))")
        }
    }

    private func team(of key: VirtualKey) -> Team? { key.teamID.flatMap { rows.team($0) } }

    /// Gives a new key what its maker does not say.
    func fill(_ key: inout VirtualKey, _ call: AdminCall) throws(AdminFault) {
        let (defaults, fields) = (rules.keys, call.fields)
        // What its template says is said.
        let template = key.budgetID.flatMap { rows.budget($0)?.allowance } ?? Allowance()
        func fill<Bound>(_ bound: WritableKeyPath<Allowance, Bound?>) {
            guard key.allowance[keyPath: bound] == nil, template[keyPath: bound] == nil else { return }
            key.allowance[keyPath: bound] = defaults.allowance[keyPath: bound]
        }
        fill(\.maxBudget)
        // A budget that is said to have no window has none.
        if !fields.has("budget_duration") { fill(\.budgetDuration) }
        fill(\.requestsPerMinute)
        fill(\.tokensPerMinute)
        fill(\.parallelRequests)
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
        complete(&key)
        if key.expires == nil, let lifetime = rules.mostOfKeys.lifetime {
            key.expires = call.now.wall.adding(lifetime)
        }
        try refuseMore(key, call, fields: nil)
        try refuseIncrease(key, insteadOf: nil, call)
    }

    /// Gives a key the most of what it has no bound of. One with a template has its template's, and is held to the most with those.
    func complete(_ key: inout VirtualKey) {
        guard key.budgetID == nil else { return }
        let (own, most) = (key.allowance, rules.mostOfKeys)
        key.allowance.maxBudget = own.maxBudget ?? most.maxBudget
        key.allowance.budgetDuration = own.budgetDuration ?? most.budgetDuration
        key.allowance.requestsPerMinute = own.requestsPerMinute ?? most.requestsPerMinute
        key.allowance.tokensPerMinute = own.tokensPerMinute ?? most.tokensPerMinute
        key.allowance.parallelRequests = own.parallelRequests ?? most.parallelRequests
    }

    /// The same for a key that is changed, by the fields that the request has, and all of them where its template goes.
    func bound(changed key: inout VirtualKey, from old: VirtualKey, _ call: AdminCall) throws(AdminFault) {
        let (most, fields) = (rules.mostOfKeys, call.fields)
        if try saysNever(fields) { try refuseEndless() }
        func fill<Bound>(_ name: String, _ bound: WritableKeyPath<VirtualKey, Bound?>, _ most: Bound?) {
            if fields.has(name), key[keyPath: bound] == nil { key[keyPath: bound] = most }
        }
        fill("duration", \.expires, most.lifetime.map { call.now.wall.adding($0) })
        if key.budgetID == nil {
            fill("max_budget", \.allowance.maxBudget, most.maxBudget)
            fill("budget_duration", \.allowance.budgetDuration, most.budgetDuration)
            fill("rpm_limit", \.allowance.requestsPerMinute, most.requestsPerMinute)
            fill("tpm_limit", \.allowance.tokensPerMinute, most.tokensPerMinute)
            fill("max_parallel_requests", \.allowance.parallelRequests, most.parallelRequests)
            if old.budgetID != nil { complete(&key) }
        }
        try refuseMore(key, call, fields: fields)
        try refuseIncrease(key, insteadOf: old, call)
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
    }

    /// More money for once is an operator's to give beyond the most, in one step or in two. Whoever narrows what one has given may.
    ///
    /// - Parameter old: the key as it was; nil: it is new.
    private func refuseIncrease(_ key: VirtualKey, insteadOf old: VirtualKey?, _ call: AdminCall) throws(AdminFault) {
        let name = ["temp_budget_increase", "max_budget"].first { call.fields.has($0) }
        guard !call.by.mayChangeAll, let name, let most = rules.mostOfKeys.maxBudget,
            let budget = rows.allowance(of: key).maxBudget
        else { return }
        let increase = increase(of: key, call)
        let before = old.flatMap { old -> Money? in
            // One that is to last longer is another one.
            guard let until = old.allowance.temporaryIncrease?.until,
                key.allowance.temporaryIncrease.map({ $0.until <= until }) ?? true
            else { return nil }
            return rows.allowance(of: old).maxBudget.map { $0 + self.increase(of: old, call) }
        }
        guard increase > .zero, budget + increase > max(most, before ?? .zero) else { return }
        let (value, other) = name == "temp_budget_increase" ? (increase, budget) : (budget, increase)
        throw Self.over(name, value.description, max(most - other, .zero).description)
    }

    /// What a key may spend for once now.
    private func increase(of key: VirtualKey, _ call: AdminCall) -> Money {
        guard let increase = key.allowance.temporaryIncrease, call.now.wall < increase.until else { return .zero }
        return increase.amount
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
