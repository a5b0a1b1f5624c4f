import Dialects
import Ledger

/// `/team/*`: people who share models and budgets.
struct TeamRoutes {
    let desk: AdminDesk

    func new(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try await desk.change(call, "team/new") { () throws(AdminFault) in
            let given = try call.fields.id("team_id")
            if let given, desk.rows.team(given) != nil {
                throw .invalid("Team id = \(given) already exists. Please use a different team id.", "team_id")
            }
            var team = Team(id: given ?? RowID().text, stamps: call.stamps)
            let emails = try apply(call, to: &team)
            let hasDuration = call.fields.has("budget_duration")
            let duration = team.allowance.budgetDuration
            desk.ledger.rowRules.teams.fill(&team.allowance)
            // A budget that is said to have no window has none.
            if hasDuration { team.allowance.budgetDuration = duration }
            // The master key is no user, and so no member.
            if !call.fields.has("members_with_roles"), let maker = call.by.userID {
                team.members = [Team.Member(userID: maker, role: "admin")]
            }
            return put(team, call, adding: NamedMembers(members: team.members, emails: emails)) { $0 }
        }
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("team_id", .text)
        return try await desk.change(call, "team/update") { () throws(AdminFault) in
            var team = try find(id)
            let known = Set(team.members.map(\.userID))
            let emails = try apply(call, to: &team)
            let added = NamedMembers(members: team.members.filter { !known.contains($0.userID) }, emails: emails)
            let ended = try endedKeys(of: known.subtracting(team.members.map(\.userID)), in: id, call)
            let spend = try call.fields.value("spend", .dollars)
            var plan = put(team, call, adding: added, ending: ended) {
                .object([("team_id", .string(id)), ("data", $0)])
            }
            plan.spend = spend.map { (.team(id), $0) }
            return plan
        }
    }

    func setBlocked(_ isBlocked: Bool, _ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("team_id", .text)
        return try await desk.change(call, isBlocked ? "team/block" : "team/unblock") { () throws(AdminFault) in
            var team = try find(id)
            team.isBlocked = isBlocked
            return put(team, call) { $0 }
        }
    }

    /// With their keys: left alone, those would go on without the team's bounds.
    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let ids = try call.fields.requiredIDs("team_ids")
        return try await desk.change(call, "team/delete") { () throws(AdminFault) in
            var changes: [DirectoryChange] = []
            for id in ids {
                _ = try find(id)
                changes += desk.rows.keys(KeyFilter(teamID: id)).rows.map { .removeKey($0.hash) }
                changes.append(.removeTeam(id))
            }
            return AdminDesk.Plan(changes, subject: ids.joined(separator: ", ")) {
                .object([("deleted_teams", .texts(ids))])
            }
        }
    }

    // MARK: Members

    func addMembers(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("team_id", .text)
        let json = try call.fields.required("member", AdminType<JSONText>.any)
        var bounds = Allowance()
        try call.fields.apply(toMember: &bounds)
        return try await desk.change(call, "team/member_add") { [bounds] () throws(AdminFault) in
            var team = try led(id, by: call)
            let added = try NamedMembers(json, field: "member", call, rows: desk.rows)
            for var member in added.members {
                if team.members.contains(where: { $0.userID == member.userID }) {
                    throw .invalid(
                        "user \(member.userID) is a member of the team already; use /team/member_update", "member")
                }
                member.allowance = bounds
                team.members.append(member)
            }
            return put(team, call, adding: added) { row in
                var members: KeyRow.Members = []
                if case .members(let list) = row.content { members = list }
                return .object(members + [("updated_users", .array([])), ("updated_team_memberships", .array([]))])
            }
        }
    }

    func deleteMember(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("team_id", .text)
        return try await desk.change(call, "team/member_delete") { () throws(AdminFault) in
            var team = try led(id, by: call)
            let user = try NamedMembers.user(call.fields, desk.rows)
            _ = try position(of: user, in: team)
            team.members.removeAll { $0.userID == user }
            return put(team, call, ending: try endedKeys(of: [user], in: id, call)) { $0 }
        }
    }

    func updateMember(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("team_id", .text)
        return try await desk.change(call, "team/member_update") { () throws(AdminFault) in
            var team = try led(id, by: call)
            let user = try NamedMembers.user(call.fields, desk.rows)
            let index = try position(of: user, in: team)
            let bounds = team.members[index].allowance
            try call.fields.take("role", .role) { if let role = $0 { team.members[index].role = role } }
            try call.fields.apply(toMember: &team.members[index].allowance)
            let member = team.members[index]
            guard call.by.mayChangeAll || user != call.by.userID || member.allowance == bounds else {
                throw .forbidden(
                    "only a proxy admin, or another admin of the team \(id), may change your own bounds in it")
            }
            let email = desk.rows.user(user)?.email
            return put(team, call) { _ in
                .object([
                    ("team_id", .string(id)), ("user_id", .string(user)), ("user_email", .maybe(email)),
                    ("max_budget_in_team", .maybe(member.allowance.maxBudget)),
                    ("tpm_limit", .maybe(member.allowance.tokensPerMinute)),
                    ("rpm_limit", .maybe(member.allowance.requestsPerMinute)), ("role", .string(member.role)),
                ])
            }
        }
    }

    // MARK: Parts

    func find(_ id: String) throws(AdminFault) -> Team {
        guard let team = desk.rows.team(id) else { throw .notFound("Team not found, passed team id: \(id).") }
        return team
    }

    /// A team that the caller may see. Of others it is told the same as of one that there is not.
    func visible(_ id: String, to call: AdminCall) throws(AdminFault) -> Team {
        guard let team = desk.rows.team(id), call.by.maySeeAll || call.by.belongs(to: team) else {
            throw .notFound("Team not found, passed team id: \(id).")
        }
        return team
    }

    /// A team whose members the caller may change.
    private func led(_ id: String, by call: AdminCall) throws(AdminFault) -> Team {
        let team = try visible(id, to: call)
        guard call.by.mayChangeAll || call.by.leads(team) else {
            throw .forbidden("only a proxy admin, or an admin of the team \(id), may change its members")
        }
        return team
    }

    private func position(of user: String, in team: Team) throws(AdminFault) -> Int {
        guard let index = team.members.firstIndex(where: { $0.userID == user }) else {
            throw .notFound("user \(user) is no member of the team \(team.id)")
        }
        return index
    }

    /// The team's keys of those who leave it: they would go on without a member's bounds, and out of its admins' reach. One
    /// that an operator has blocked stays so where an admin of the team removes its user: once deleted it could be made again.
    private func endedKeys(
        of users: Set<String>, in team: String, _ call: AdminCall
    ) throws(AdminFault) -> [VirtualKey] {
        let routes = KeyRoutes(desk: desk)
        var ended: [VirtualKey] = []
        for user in users.sorted() {
            for key in desk.rows.keys(KeyFilter(userID: user, teamID: team)).rows {
                try routes.permit(call, to: .change, key)
                if routes.mayUnblock(call, key) { ended.append(key) }
            }
        }
        return ended
    }

    /// The addresses of members that are no users yet.
    private func apply(_ call: AdminCall, to team: inout Team) throws(AdminFault) -> [String: String] {
        let fields = call.fields
        var emails: [String: String] = [:]
        try fields.refuseUnheld("default_team_member_models", "team_member_key_duration")
        try fields.apply(to: &team.allowance, at: call.now.wall)
        try fields.apply(to: &team.modelAllowances)
        var bounds = team.memberAllowance ?? Allowance()
        try fields.applyToMembers(&bounds)
        team.memberAllowance = bounds == Allowance() ? nil : bounds
        try fields.take("team_alias", .name) { team.alias = $0 }
        try fields.take("models", AdminType<String>.text.list) { team.models = $0 ?? [] }
        try fields.take("model_aliases", AdminType<String>.text.map) { team.aliases = $0 ?? [:] }
        try fields.take("tags", AdminType<String>.text.list) { team.tags = $0 ?? [] }
        try fields.takeObject("metadata") { team.metadata = $0 }
        try fields.take("blocked", .truth) { team.isBlocked = $0 ?? false }
        try fields.take("members_with_roles", AdminType<JSONText>.any) { (json) throws(AdminFault) in
            let named =
                try json.map { (list) throws(AdminFault) in
                    try NamedMembers(list, field: "members_with_roles", call, of: team, rows: desk.rows)
                } ?? NamedMembers()
            (team.members, emails) = (named.members, named.emails)
        }
        return emails
    }

    /// Members that an operator names and that are no users yet become some, as at LiteLLM: without a row their keys would
    /// have no rights.
    private func put(
        _ team: Team, _ call: AdminCall, adding added: NamedMembers = NamedMembers(), ending keys: [VirtualKey] = [],
        _ answer: @escaping @Sendable (JSONText) -> JSONText
    ) -> AdminDesk.Plan<JSONText> {
        var team = team
        call.renew(&team.stamps)
        let named = call.by.mayChangeAll ? added.members.map(\.userID) : []
        let strangers = named.filter { desk.rows.user($0) == nil }
        let users = strangers.map { id in
            var user = User(id: id, stamps: call.stamps)
            user.email = added.emails[id]
            desk.ledger.rowRules.users.fill(&user)
            return DirectoryChange.putUser(user)
        }
        let removals = keys.map { DirectoryChange.removeKey($0.hash) }
        return AdminDesk.Plan(users + removals + [.putTeam(team)], subject: team.alias ?? team.id) { [team] in
            answer(.object(desk.row(team, for: call.by, at: call.now).members))
        }
    }
}

extension AdminType<String> {
    /// A member's role in a team.
    static var role: Self {
        AdminType(name: "enum", message: "must be admin or user") { json in
            if case .text(let text) = json.content, ["admin", "user"].contains(text) { text } else { nil }
        }
    }
}
