/// Somebody who has signed in by a token of an identity provider, in one team at most: whose bounds hold, and with which rights.
///
/// It is no key and has no row: only a place in memory, under a name made of all of this.
public struct SignedIn: Sendable, Equatable {
    /// The answer to a user or a team that has no row.
    public enum Stranger: UInt8, Sendable {
        /// Is refused.
        case refused
        /// Gets a row.
        case made
        /// Comes in without one.
        case welcome
    }

    /// Its user, whose bounds hold.
    public let userID: String?
    /// The user's address, for the row that is made.
    public let email: String?
    /// Its team, whose bounds hold: an id, or where that is nil a name for people.
    public let teamID: String?
    /// The team's name for people, to be looked up.
    public let teamAlias: String?
    /// Its rights, whatever the user's row says; nil: those of the row.
    public let role: UserRole?
    /// The routes it may ask; empty: those of its role.
    public let allowedRoutes: [String]
    /// What becomes of a user without a row.
    public let newUser: Stranger
    /// What becomes of a team without a row.
    public let newTeam: Stranger
    /// The name of its place, and of its spend. No key has it: it is a hash of something longer than any.
    public let hash: KeyHash

    /// Somebody, by everything that is known.
    public init(
        userID: String?, email: String? = nil, teamID: String? = nil, teamAlias: String? = nil, role: UserRole? = nil,
        allowedRoutes: [String] = [], newUser: Stranger = .refused, newTeam: Stranger = .refused
    ) {
        (self.userID, self.email, self.teamID, self.teamAlias) = (userID, email, teamID, teamAlias)
        (self.role, self.allowedRoutes, self.newUser, self.newTeam) = (role, allowedRoutes, newUser, newTeam)
        var text: [UInt8] = Array("signed in by a token; none of the keys that are handed out begins like this\0".utf8)
        for part in [userID, teamID, teamAlias, role?.rawValue] + allowedRoutes.map(Optional.init) {
            // With its length, so that no two lists of parts are one text.
            text += Array("\(part.map(\.utf8.count) ?? -1):\(part ?? "")".utf8)
        }
        text += [newUser.rawValue, newTeam.rawValue]
        hash = text.withUnsafeBytes { KeyHash(of: $0) }
    }

    /// For people: what stands in the place of a key's name.
    public var name: String { "jwt:\(userID ?? teamID ?? teamAlias ?? role?.rawValue ?? "")".upTo(64) }

    /// The row that requests look at, in the place of a key's.
    func row(teamID: String?, at now: WallTime) -> VirtualKey {
        var key = VirtualKey(hash: hash, name: name, stamps: Stamps(at: now, by: userID ?? "jwt"))
        (key.userID, key.teamID, key.allowedRoutes) = (userID, teamID, allowedRoutes)
        return key
    }
}

extension String {
    /// The first letters of it.
    fileprivate func upTo(_ most: Int) -> String { count > most ? String(prefix(most)) : self }
}
