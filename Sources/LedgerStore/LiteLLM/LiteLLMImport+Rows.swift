import Ledger

extension LiteLLMImport {
    mutating func budget(_ row: LiteLLMRow, _ id: String) -> DirectoryChange? {
        var budget = BudgetTemplate(id: id, stamps: row.stamps(at: now))
        budget.allowance = allowance(row, .budget, id)
        noteUnheld(row, .budget, id)
        if row.says("model_max_budget") { note(.budget, id, "model_max_budget of a budget is not held here") }
        return .putBudget(budget)
    }

    mutating func user(_ row: LiteLLMRow, _ id: String) -> DirectoryChange? {
        switch id {
        case "litellm-proxy-budget":
            // LiteLLM's account of everything, which `litellm_settings.max_budget` bounds.
            takeSpend(row, of: .global, bounds: row, .user, id)
            note(
                .user, id, "it is no user: what it has spent is that of everything (litellm_settings.max_budget)",
                isLoss: false)
            return nil
        case "default_user_id":
            note(
                .user, id, "it is the master key's name and no user's: its keys are carried over without a user",
                isLoss: false)
            return nil
        default: break
        }
        var user = User(id: id, stamps: row.stamps(at: now))
        (user.email, user.alias) = (row.text("user_email"), row.text("user_alias"))
        if let role = row.text("user_role") {
            if UserRole(rawValue: role) == nil {
                note(.user, id, "the role \(role) is not known here: it becomes internal_user_viewer")
            }
            user.role = UserRole(rawValue: role) ?? .internalViewer
        }
        user.allowance = allowance(row, .user, id)
        user.models = row.list("models")
        user.modelAllowances = modelAllowances(row, .user, id, of: &user.allowance)
        user.metadata = row.object("metadata")
        noteUnheld(row, .user, id)
        takeSpend(row, of: .user(id), bounds: row, .user, id)
        return .putUser(user)
    }

    mutating func team(
        _ row: LiteLLMRow, _ id: String, members rows: [LiteLLMRow], aliases: LiteLLMRow?
    ) -> DirectoryChange? {
        let models = row.list("models")
        guard !models.isEmpty || !row.says("access_group_ids") else {
            leftTeams.insert(id)
            note(
                .team, id,
                "its models are those of access groups in LiteLLM's database, and all of them would be open here: list them in its models"
            )
            return nil
        }
        var team = Team(id: id, stamps: row.stamps(at: now))
        (team.alias, team.models, team.isBlocked) = (row.text("team_alias"), models, row.flag("blocked"))
        team.allowance = allowance(row, .team, id)
        team.modelAllowances = modelAllowances(row, .team, id, of: &team.allowance)
        team.metadata = row.object("metadata")
        team.tags = row.json("metadata")["tags"].elements.compactMap(\.word)
        for (name, other) in aliases?.json("aliases").members ?? [:] { team.aliases[name] = other.word }
        let shared = row.json("metadata")["team_member_budget_id"].word
        team.memberAllowance = memberAllowance(shared, id)
        let bounds = Dictionary(rows.map { ($0.text("user_id") ?? "", $0) }) { first, _ in first }
        for entry in row.json("members_with_roles").elements {
            guard let user = entry["user_id"].word else {
                counts[.member, default: Count()].left += 1
                note(.member, id, "a member (\(entry["user_email"].word ?? "without a name")) has no user_id")
                continue
            }
            // The master key's name, which may do everything in any case.
            guard user != "default_user_id", !team.members.contains(where: { $0.userID == user }) else { continue }
            team.members.append(
                member(user, of: id, role: entry["role"].word ?? "user", bounds[user], besides: shared))
        }
        noteUnheld(row, .team, id)
        takeSpend(row, of: .team(id), bounds: row, .team, id)
        return .putTeam(team)
    }

    /// The bounds of all members, which LiteLLM keeps as a budget that the team's metadata names.
    private mutating func memberAllowance(_ id: String?, _ team: String) -> Allowance? {
        guard let id else { return nil }
        if let budget = budgets[id] { return allowance(budget, .team, team) }
        var nothing = Allowance()
        nothing.requestsPerMinute = 0
        note(.team, team, "the budget of its members \(id) is not among the rows: nothing of theirs is let through")
        return nothing
    }

    /// - Parameter shared: the budget that the team has for its members.
    private mutating func member(
        _ user: String, of team: String, role: String, _ row: LiteLLMRow?, besides shared: String?
    ) -> Team.Member {
        counts[.member, default: Count()].carried += 1
        var member = Team.Member(userID: user, role: role == "admin" ? "admin" : "user")
        guard let row else { return member }
        let object = "\(user) of \(team)"
        if let id = row.text("budget_id"), id == shared {
            // That of all members, which may be changed for all of them later.
            takeSpend(row, of: .member(team: team, user: user), bounds: budgets[id] ?? LiteLLMRow([:]), .member, object)
            return member
        }
        let budget = row.text("budget_id").flatMap { budgets[$0] } ?? LiteLLMRow([:])
        member.allowance = allowance(budget, .member, object)
        if let id = row.text("budget_id"), budgets[id] == nil {
            // Without its row the member would have no bounds.
            member.allowance.requestsPerMinute = 0
            note(.member, object, "its budget \(id) is not among the rows: nothing is let through")
        }
        takeSpend(row, of: .member(team: team, user: user), bounds: budget, .member, object)
        return member
    }

    mutating func customer(_ row: LiteLLMRow, _ id: String) -> DirectoryChange? {
        var customer = Customer(id: id, stamps: row.stamps(at: now))
        (customer.alias, customer.isBlocked) = (row.text("alias"), row.flag("blocked"))
        customer.budgetID = row.text("budget_id")
        if let budget = customer.budgetID, !isThere(.budget, budget) {
            // A customer without a row would be served without bounds.
            (customer.budgetID, customer.isBlocked) = (nil, true)
            note(.customer, id, "its budget \(budget) is not among the rows: the customer is blocked")
        }
        noteUnheld(row, .customer, id)
        if row.says("models") { note(.customer, id, "models is not held here") }
        let bounds = customer.budgetID.flatMap { budgets[$0] } ?? LiteLLMRow([:])
        takeSpend(row, of: .customer(id), bounds: bounds, .customer, id)
        return .putCustomer(customer)
    }

    mutating func key(_ row: LiteLLMRow, _ token: String) -> DirectoryChange? {
        let name = row.text("key_name") ?? "sk-..."
        let object = [row.text("key_alias") ?? name, "(\(token.prefix(8)))"].joined(separator: " ")
        guard let hash = KeyHash(hex: token) else {
            note(.key, name, "its token is no SHA-256, so that no key is the one")
            return nil
        }
        guard row.text("team_id") != "litellm-dashboard" else {
            note(.key, object, "it is a session of LiteLLM's dashboard", isLoss: false)
            return nil
        }
        if let team = row.text("team_id"), leftTeams.contains(team) {
            note(.key, object, "its team \(team) is not carried over, and would not bind it")
            return nil
        }
        for (kind, column) in [(Kind.team, "team_id"), (.user, "user_id"), (.budget, "budget_id")] {
            guard let id = row.text(column), id != "default_user_id", !isThere(kind, id) else { continue }
            note(.key, object, "its \(kind.rawValue) \(id) is not among the rows, and would not bind it")
            return nil
        }
        let models = row.list("models")
        guard !models.isEmpty || !row.says("access_group_ids") else {
            note(
                .key, object,
                "its models are those of access groups in LiteLLM's database, and all of them would be open here: list them in its models"
            )
            return nil
        }
        var key = VirtualKey(hash: hash, name: name, stamps: row.stamps(at: now))
        key.alias = alias(of: row, object)
        (key.userID, key.teamID) = (row.text("user_id"), row.text("team_id"))
        if key.userID == "default_user_id" { key.userID = nil }
        key.budgetID = row.text("budget_id")
        key.allowance = allowance(row, .key, object)
        (key.models, key.allowedRoutes) = (models, row.list("allowed_routes"))
        for (name, other) in row.json("aliases").members { key.aliases[name] = other.word }
        key.modelAllowances = modelAllowances(row, .key, object, of: &key.allowance)
        key.tags = row.json("metadata")["tags"].elements.compactMap(\.word)
        (key.metadata, key.permissions) = (row.object("metadata"), row.object("permissions"))
        (key.isBlocked, key.expires) = (row.flag("blocked"), row.moment("expires"))
        if key.expires == nil, let text = row.text("expires") {
            note(.key, object, "expires is \(text), which is no moment: the key is blocked")
            key.isBlocked = true
        }
        key.former = former(of: token, object)
        noteUnheld(row, .key, object)
        let template = key.budgetID.flatMap { budgets[$0] } ?? LiteLLMRow([:])
        takeSpend(row, of: .key(hash), bounds: row.text("budget_duration") == nil ? template : row, .key, object)
        return .putKey(key)
    }

    /// The keys whose place it has taken and that still work.
    private mutating func former(of token: String, _ object: String) -> [FormerKey] {
        (former[token.lowercased()] ?? []).compactMap { row in
            let until = row.moment("revoke_at")
            guard let hash = row.text("token").flatMap({ KeyHash(hex: $0) }), let until else {
                note(.key, object, "a key of before is no SHA-256 or has no end (revoke_at): it is refused")
                return nil
            }
            return now < until ? FormerKey(hash, until: until) : nil
        }
    }

    /// A name belongs to one key.
    private mutating func alias(of row: LiteLLMRow, _ object: String) -> String? {
        guard let alias = row.text("key_alias") else { return nil }
        if aliases.insert(alias).inserted { return alias }
        note(.key, object, "another key has the name \(alias): this one is carried over without it")
        return nil
    }
}
