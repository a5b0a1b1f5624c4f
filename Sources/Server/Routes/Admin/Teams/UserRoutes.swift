import Dialects
import Ledger

/// `/user/*`: people and services that have keys.
struct UserRoutes {
    let desk: AdminDesk

    /// A user, and a key for it unless `auto_create_key` is false.
    func new(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        try await desk.change(call, "user/new") { () throws(AdminFault) in
            let given = try call.fields.id("user_id", .userID)
            if let given, let known = desk.rows.user(given), !isBare(known) {
                throw .invalid("user \(given) exists already; change it by /user/update", "user_id")
            }
            var user = User(id: given ?? RowID().text, stamps: call.stamps)
            // What it has asked for since it became a member is its own.
            if let known = desk.rows.user(user.id) { user.stamps.createdAt = known.stamps.createdAt }
            try apply(call, to: &user)
            let defaults = desk.ledger.rowRules.users
            let role = try call.fields.value("user_role", .text)
            if role == nil { user.role = defaults.role ?? user.role }
            // Whoever is made an operator by name is bound by nothing that is not said.
            let duration = user.allowance.budgetDuration
            if role != UserRole.admin.rawValue { defaults.fill(&user) }
            // A budget that is said to have no window has none.
            if call.fields.has("budget_duration") { user.allowance.budgetDuration = duration }
            var changes: [DirectoryChange] = [.putUser(user)]
            let own = try call.fields.id("team_id")
            let named = Set(try call.fields.ids("teams")).union(own.map { [$0] } ?? []).sorted()
            for id in named {
                var team = try TeamRoutes(desk: desk).find(id)
                // A member of before keeps its role and its bounds.
                if team.members.contains(where: { $0.userID == user.id }) { continue }
                team.members.append(Team.Member(userID: user.id))
                call.renew(&team.stamps)
                changes.append(.putTeam(team))
            }
            if named.isEmpty, !call.fields.has("teams"), role != UserRole.admin.rawValue {
                changes += Self.joining(defaults.teams, user.id, call, desk.rows)
            }
            let secret = KeySecret()
            var key = VirtualKey(hash: secret.hash, name: secret.name, stamps: call.stamps)
            (key.userID, key.teamID) = (user.id, own)
            try call.fields.takeID("key_alias", .name) { key.alias = $0 }
            try call.fields.take("duration", .period) { key.expires = $0.map { call.now.wall.adding($0) } }
            let makesKey = try call.fields.value("auto_create_key", .truth) ?? true
            if makesKey {
                try KeyRoutes(desk: desk).check(key)
                changes.append(.putKey(key))
            }
            return AdminDesk.Plan(changes, subject: user.id) { [user, key] in
                // The bounds are the user's, as LiteLLM shows them.
                var shown = key
                (shown.allowance, shown.models, shown.metadata) = (user.allowance, user.models, user.metadata)
                let row = KeyRow(key: shown, spent: KeyRow.Spent())
                guard case .members(var members) = row.made(secret).content else { return .null }
                if !makesKey {
                    let hidden = ["key", "token", "token_id", "key_name"]
                    members = members.map { member in
                        hidden.contains(member.name) ? (name: member.name, value: JSONText.null) : member
                    }
                }
                return .object(
                    members + [
                        ("user_email", .maybe(user.email)), ("user_role", .string(user.role.rawValue)),
                        ("user_alias", .maybe(user.alias)), ("teams", .null),
                    ])
            }
        }
    }

    /// The teams that new users belong to, with one more. Those that there are not are passed over, as at LiteLLM.
    static func joining(
        _ teams: [UserDefaults.Membership], _ user: String, _ call: AdminCall, _ rows: LedgerRows
    ) -> [DirectoryChange] {
        teams.compactMap { place in
            guard var team = rows.team(place.teamID), !team.members.contains(where: { $0.userID == user }) else {
                return nil
            }
            var member = Team.Member(userID: user, role: place.role)
            member.allowance.maxBudget = place.maxBudget
            team.members.append(member)
            call.renew(&team.stamps)
            return .putTeam(team)
        }
    }

    /// Whether nothing is known of a user but that it belongs to a team: then it is still to be made.
    private func isBare(_ user: User) -> Bool {
        var plain = User(id: user.id, stamps: user.stamps)
        desk.ledger.rowRules.users.fill(&plain)
        return user == plain && desk.rows.keys(KeyFilter(userID: user.id)).total == 0
    }

    func update(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let id = try call.fields.required("user_id", .text)
        return try await desk.change(call, "user/update") { () throws(AdminFault) in
            var user = try find(id)
            try apply(call, to: &user)
            let duration = user.allowance.budgetDuration
            if call.fields.has("user_role") { desk.ledger.rowRules.users.fillInternal(&user) }
            if call.fields.has("budget_duration") { user.allowance.budgetDuration = duration }
            call.renew(&user.stamps)
            let spend = try call.fields.value("spend", .dollars)
            return AdminDesk.Plan([.putUser(user)], subject: id, spend: spend.map { (.user(id), $0) }) { [user] in
                .object([("user_id", .string(id)), ("data", .object(row(user, call)))])
            }
        }
    }

    /// With their keys.
    func delete(_ call: AdminCall) async throws(AdminFault) -> JSONText {
        let ids = try call.fields.requiredIDs("user_ids")
        return try await desk.change(call, "user/delete") { () throws(AdminFault) in
            var changes: [DirectoryChange] = []
            for id in ids {
                _ = try find(id)
                changes += desk.rows.keys(KeyFilter(userID: id)).rows.map { .removeKey($0.hash) }
                changes.append(.removeUser(id))
            }
            let gone = Set(ids)
            for var team in desk.rows.teams().rows where team.members.contains(where: { gone.contains($0.userID) }) {
                team.members.removeAll { gone.contains($0.userID) }
                call.renew(&team.stamps)
                changes.append(.putTeam(team))
            }
            return AdminDesk.Plan(changes, subject: ids.joined(separator: ", ")) { .integer(ids.count) }
        }
    }

    func info(_ call: AdminCall) throws(AdminFault) -> JSONText {
        guard let id = call.query("user_id") ?? call.by.userID else { throw .missing("user_id") }
        guard call.by.maySeeAll || call.by.userID == id else {
            throw .forbidden("a user may see itself only (user_id \(call.by.userID ?? "none"))")
        }
        let user = desk.rows.user(id)
        let keys = desk.rows.keys(KeyFilter(userID: id)).rows
        guard user != nil || !keys.isEmpty else { throw .notFound("User \(id) not found") }
        let teams = desk.rows.teams(ofMember: id)
        return .object([
            ("user_id", .string(id)), ("user_info", user.map { .object(row($0, call)) } ?? .null),
            ("keys", .array(keys.map { .object(desk.row($0, at: call.now).row) })),
            (
                "teams",
                .array(
                    teams.map {
                        .object(desk.row($0, for: call.by, at: call.now).members)
                    })
            ),
        ])
    }

    func list(_ call: AdminCall) throws(AdminFault) -> JSONText {
        let size = try call.number("page_size", default: 25, atMost: 100)
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        var users = desk.rows.users().rows
        if let role = call.query("role") { users = users.filter { $0.role.rawValue == role } }
        if let ids = call.ids("user_ids").map({ Set($0) }) {
            users = users.filter { ids.contains($0.id) }
        }
        if let part = call.query("user_email")?.lowercased() {
            users = users.filter { $0.email?.lowercased().contains(part) ?? false }
        }
        if let id = call.query("team") {
            let members = Set(desk.rows.team(id)?.members.map(\.userID) ?? [])
            users = users.filter { members.contains($0.id) }
        }
        try call.refuseFilters("sso_user_ids", "organization_ids")
        var spent: [String: Money] = [:]
        if call.query("sort_by") == "spend" {
            for user in users { spent[user.id] = desk.spent(.user(user.id), at: call.now).window }
        }
        users = try call.sorted(
            users, usually: "created_at",
            by: [
                "user_id": { $0.id < $1.id }, "user_email": { $0.email ?? "" < $1.email ?? "" },
                "user_alias": { $0.alias ?? "" < $1.alias ?? "" }, "user_role": { $0.role.rawValue < $1.role.rawValue },
                "created_at": { $0.stamps.createdAt < $1.stamps.createdAt },
                "spend": { spent[$0.id] ?? .zero < spent[$1.id] ?? .zero },
            ])
        let shown = Page(of: users, number: number, size: size)
        return .object([
            (
                "users",
                .array(
                    shown.rows.map { user in
                        .object(
                            row(user, call) + [
                                ("key_count", .integer(desk.rows.keys(KeyFilter(userID: user.id)).total))
                            ])
                    })
            ),
            ("total", .integer(shown.total)), ("page", .integer(shown.number)), ("page_size", .integer(shown.size)),
            ("total_pages", .integer(shown.pages)),
        ])
    }

    func row(_ user: User, _ call: AdminCall) -> KeyRow.Members {
        let spent = desk.spent(of: user, at: call.now)
        let teams = desk.rows.teams(ofMember: user.id).map(\.id)
        return [
            ("user_id", .string(user.id)), ("user_alias", .maybe(user.alias)), ("user_email", .maybe(user.email)),
            ("user_role", .string(user.role.rawValue)), ("team_id", .null), ("teams", .texts(teams)),
            ("organization_id", .null), ("sso_user_id", .null), ("spend", .dollars(spent.window)),
            ("total_spend", .dollars(spent.total)), ("models", .texts(user.models)),
            ("metadata", .stored(user.metadata)),
        ] + KeyRow.bounds(user.allowance, resetAt: spent.resetAt) + [
            ("allowed_cache_controls", .array([])), ("model_spend", .spent(spent.models)),
            ("model_max_budget", .modelBudgets(user.modelAllowances)), ("policies", .array([])),
            ("organization_memberships", .array([])),
        ] + KeyRow.stamps(user.stamps)
    }

    private func find(_ id: String) throws(AdminFault) -> User {
        guard let user = desk.rows.user(id) else { throw .notFound("User \(id) not found") }
        return user
    }

    private func apply(_ call: AdminCall, to user: inout User) throws(AdminFault) {
        let fields = call.fields
        try fields.refuseUnheld()
        try fields.apply(to: &user.allowance, at: call.now.wall)
        try fields.apply(to: &user.modelAllowances)
        try fields.take("user_email", .text) { (email) throws(AdminFault) in
            // Rows of before, sent back as they were shown, may have an address together.
            if let email, email != user.email,
                let other = desk.rows.users(email: email).first(where: { $0.id != user.id })
            {
                throw .invalid("User with email \(email) exists already (user_id \(other.id))", "user_email")
            }
            user.email = email
        }
        try fields.take("user_alias", .name) { user.alias = $0 }
        try fields.take("models", AdminType<String>.text.list) { user.models = $0 ?? [] }
        try fields.takeObject("metadata") { user.metadata = $0 }
        try fields.take("user_role", .text) { (role) throws(AdminFault) in
            guard let role else { return user.role = .internalUser }
            guard let known = UserRole(rawValue: role) else {
                let names = UserRole.allCases.map(\.rawValue).joined(separator: ", ")
                throw .invalid("user_role is one of \(names)", "user_role")
            }
            user.role = known
        }
    }
}
