import Ledger

/// Who a token's claims are here: LiteLLM's `litellm_jwtauth`.
public struct SignInRules: Sendable, Equatable {
    /// `user_id_jwt_field`.
    public var userID: ClaimPath?
    /// `user_email_jwt_field`: also the user's id where there is no other.
    public var email: ClaimPath?
    /// `user_allowed_email_domain`.
    public var emailDomain: String?
    /// `team_id_jwt_field`.
    public var teamID: ClaimPath?
    /// `team_ids_jwt_field`.
    public var teamIDs: ClaimPath?
    /// `team_alias_jwt_field`.
    public var teamAlias: ClaimPath?
    /// `team_id_default`.
    public var teamDefault: String?
    /// `object_id_jwt_field`: a user's or a team's id, by `role_mappings`.
    public var objectID: ClaimPath?
    /// Scopes and roles.
    public var roles = RoleRules()
    /// `user_id_upsert`.
    public var makesUsers = false
    /// `team_id_upsert`.
    public var makesTeams = false
    /// `enforce_team_based_model_access`: who has no team is refused.
    public var needsTeam = false
    /// `admin_allowed_routes`; empty: all of an admin's.
    public var adminRoutes: [String] = []
    /// `team_allowed_routes`; empty: all of a client's.
    public var teamRoutes: [String] = []

    /// Teams of one token that are looked at.
    public static let mostTeams = 32
    /// Bytes of an id.
    private static let longestID = 255

    /// Rules that know nobody.
    public init() {}

    /// Whether any claim could name a user or a team.
    public var namesAnybody: Bool {
        userID != nil || email != nil || teamID != nil || teamIDs != nil || teamAlias != nil || teamDefault != nil
            || objectID != nil
    }

    /// Somebody for each team that the token names, the first of them first.
    func people(_ claims: ClaimTree) throws(TokenFault) -> [SignedIn] {
        let owner = roles.owner(claims)
        let object = objectID?.value(in: claims)?.word
        let email = try id(self.email?.value(in: claims)?.word)
        let user = try id(
            userID?.value(in: claims)?.word ?? email ?? (owner == .user ? object : nil))
        if roles.isAdmin(claims) {
            return [
                SignedIn(userID: user, email: email, role: .admin, allowedRoutes: adminRoutes, newUser: .welcome)
            ]
        }
        if let emailDomain {
            guard let email, let at = email.lastIndex(of: "@"), email[email.index(after: at)...] == emailDomain else {
                throw .notAllowed("the token's user has no address in the domain that may sign in")
            }
        }
        guard roles.admits(claims) else { throw .notAllowed("the token has none of the roles that may sign in") }
        let teams = try teams(claims, object: owner == .team ? object : nil)
        let alias = teams.isEmpty ? try id(teamAlias?.value(in: claims)?.word) : nil
        // A default stands for a claim that is not there, never for one that names somebody else.
        let named = teams.isEmpty && alias == nil ? try id(teamDefault).map { [$0] } ?? [] : teams
        if named.isEmpty, alias == nil, needsTeam || teamID != nil || teamAlias != nil {
            throw .notAllowed("the token names no team")
        }
        guard user != nil || !named.isEmpty || alias != nil else {
            throw .notAllowed("the token names neither a user nor a team")
        }
        func person(_ team: String?) -> SignedIn {
            SignedIn(
                userID: user, email: email, teamID: team, teamAlias: team == nil ? alias : nil,
                role: roles.role(claims),
                allowedRoutes: team == nil && alias == nil ? [] : teamRoutes, newUser: makesUsers ? .made : .refused,
                newTeam: makesTeams ? .made : .refused)
        }
        return named.isEmpty ? [person(nil)] : named.map(person)
    }

    /// The ids of teams, each once: the single one, then those of the list.
    private func teams(_ claims: ClaimTree, object: String?) throws(TokenFault) -> [String] {
        var found: [String] = []
        let listed = teamIDs?.value(in: claims)?.words ?? []
        // A list where one is expected means its first, as at LiteLLM.
        let single = teamID?.value(in: claims)?.words.first ?? object
        for name in (single.map { [$0] } ?? []) + listed.prefix(Self.mostTeams) {
            if let name = try id(name), !found.contains(name) { found.append(name) }
        }
        return found
    }

    /// What can be a row's id, and a word in a log.
    private func id(_ text: String?) throws(TokenFault) -> String? {
        guard let text else { return nil }
        guard text.utf8.count <= Self.longestID,
            text.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F })
        else {
            throw .notAllowed("the token names a user or a team by more than \(Self.longestID) bytes, or by no text")
        }
        // The master key's name: such a one would be taken for the maker of everything.
        guard text != "default_user_id" else { throw .notAllowed("the token's user has the master key's name") }
        return text
    }
}
