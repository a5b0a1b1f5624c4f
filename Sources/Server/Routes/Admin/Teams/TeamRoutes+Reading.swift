import Dialects
import Ledger

/// The reading of teams.
extension TeamRoutes {
    func info(_ call: AdminCall) throws(AdminFault) -> JSONText {
        guard let id = call.query("team_id") ?? call.by.facts?.key.teamID else { throw .missing("team_id") }
        let team = try visible(id, to: call)
        let isOpen = call.by.maySeeAll || call.by.leads(team)
        // The spend of others is for those who lead them.
        let members = team.members.filter { isOpen || $0.userID == call.by.userID }
        let keys = desk.rows.keys(KeyFilter(teamID: id)).rows.filter { isOpen || call.by.owns($0) }
        return .object([
            ("team_id", .string(id)), ("team_info", .object(row(team, call))),
            ("keys", .array(keys.map { .object(desk.row($0, at: call.now).row) })),
            (
                "team_memberships",
                .array(
                    members.map { member in
                        TeamRow.membership(
                            member, of: team, desk.spent(.member(team: id, user: member.userID), at: call.now))
                    })
            ),
        ])
    }

    func list(_ call: AdminCall) throws(AdminFault) -> JSONText {
        var teams = desk.rows.teams().rows
        if !call.by.maySeeAll { teams = teams.filter { call.by.belongs(to: $0) } }
        if let user = try call.userAsked() {
            teams = teams.filter { $0.members.contains { $0.userID == user } }
        }
        if let id = call.query("team_id") { teams = teams.filter { $0.id == id } }
        if let part = call.query("team_alias")?.lowercased() {
            teams = teams.filter { $0.alias?.lowercased().contains(part) ?? false }
        }
        try call.refuseFilters("organization_id")
        teams = try call.sorted(
            teams, usually: "created_at",
            by: [
                "team_id": { $0.id < $1.id }, "team_alias": { $0.alias ?? "" < $1.alias ?? "" },
                "created_at": { $0.stamps.createdAt < $1.stamps.createdAt },
            ])
        return .array(
            teams.map { .object(row($0, call) + [("team_memberships", .array([])), ("keys", .array([]))]) })
    }

    /// The same with pages.
    func listPages(_ call: AdminCall) throws(AdminFault) -> JSONText {
        let size = try call.number("page_size", default: 10, atMost: 100)
        let number = try call.number("page", default: 1, atMost: 1_000_000)
        guard case .list(let all) = try list(call).content else { return .null }
        let page = Page(of: all, number: number, size: size)
        return .object([
            ("teams", .array(page.rows)), ("total", .integer(page.total)), ("page", .integer(page.number)),
            ("page_size", .integer(page.size)), ("total_pages", .integer(page.pages)),
        ])
    }

    private func row(_ team: Team, _ call: AdminCall) -> KeyRow.Members {
        desk.row(team, for: call.by, at: call.now).members
    }
}
