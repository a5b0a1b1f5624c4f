/// Everything of a team that its keys share. Made anew when the team changes; never changed.
final class TeamFacts: Sendable {
    /// The team, as its row stands.
    let team: Team
    /// The models that its keys may ask for.
    let models: ModelList
    private let roles: [String: String]

    init(_ team: Team, groups: [String: [String]]) {
        self.team = team
        models = ModelList(team.models, groups: groups)
        // Of a user that stands in it twice the first row counts, unless the second makes it an admin.
        roles = Dictionary(team.members.map { ($0.userID, $0.role) }) { $1 == "admin" ? $1 : $0 }
    }

    /// Whether a user belongs to it.
    func hasMember(_ user: String) -> Bool { roles[user] != nil }

    /// Whether a user may change it.
    func hasAdmin(_ user: String) -> Bool { roles[user] == "admin" }
}
