/// Everything that a request needs to know of its key. Made anew when the key, its user or its team changes; never changed.
public final class KeyFacts: Sendable {
    /// The key, as its row stands.
    public let key: VirtualKey
    /// The key's team, where it has one.
    public var team: Team? { teamFacts?.team }
    let teamFacts: TeamFacts?
    /// The rights of the key's user; nil where it has none, or one that nobody has made: such a one has no rights.
    public let role: UserRole?
    /// Whoever has signed in by a token, where this is no key.
    public let person: SignedIn?
    /// Whether its user or its team has no row.
    let lacksOwner: Bool
    /// The models it may ask for.
    public let access: ModelAccess
    /// Labels for the sums of spend, and for deployments with tags: the key's, then those of its team.
    public let tags: [String]
    /// Its name in the log.
    public let label: KeyLabel

    /// - Parameters:
    ///   - user: as its row is, or will be.
    ///   - team: the same.
    init(
        key: VirtualKey, user: User?, team: TeamFacts?, person: SignedIn? = nil, lacksOwner: Bool,
        groups: [String: [String]]
    ) {
        self.key = key
        teamFacts = team
        label = KeyLabel(key.alias ?? key.name)
        // A user that is about to get its row has the rights of that row already.
        role = person?.role ?? user?.role
        self.person = person
        self.lacksOwner = lacksOwner
        access = ModelAccess(key: key, user: user, team: team, groups: groups)
        tags = key.tags + (team?.team.tags.filter { !key.tags.contains($0) } ?? [])
    }
}
