/// Everything of a team that its keys share. Made anew when the team changes; never changed.
final class TeamFacts: Sendable {
    /// The team, as its row stands.
    let team: Team
    /// The models that its keys may ask for.
    let models: ModelList
    private let members: Set<String>

    init(_ team: Team, groups: [String: [String]]) {
        self.team = team
        models = ModelList(team.models, groups: groups)
        members = Set(team.members.map(\.userID))
    }

    /// Whether a user belongs to it.
    func hasMember(_ user: String) -> Bool { members.contains(user) }
}
