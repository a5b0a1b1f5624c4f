import Gateway
import Ledger

/// Who asks a management route, and what that lets it do.
struct Operator: Sendable {
    /// The rights of a caller, from most to least.
    enum Standing: Sendable, CaseIterable {
        /// The master key, or anybody where none is set.
        case master
        /// A key of a user that may do everything.
        case admin
        /// A key of a user that may see everything.
        case viewer
        /// A key of a user, which may see and change what is its own.
        case user
        /// A key of a user, which may see what is its own.
        case userViewer
        /// A key without a user, or of one that nobody has made: it may see itself.
        case key
    }

    let standing: Standing
    /// Its key; nil for the master key.
    let facts: KeyFacts?

    init(_ caller: Caller) {
        facts = caller.pass?.facts
        guard let facts else {
            standing = .master
            return
        }
        switch facts.role {
        case nil: standing = .key
        case .admin: standing = .admin
        case .viewer: standing = .viewer
        case .internalUser: standing = .user
        case .internalViewer: standing = .userViewer
        }
    }

    /// Its key's user; nil for one that nobody has made.
    var userID: String? { standing == .key ? nil : facts?.key.userID }
    /// The name in rows that it makes or changes; LiteLLM's for the master key.
    var name: String { userID ?? facts?.key.name ?? Self.masterName }

    /// The master key's name, which no user has: such a one would be taken for the maker of everything.
    static let masterName = "default_user_id"

    /// May change everything.
    var mayChangeAll: Bool { standing == .master || standing == .admin }
    /// May see everything.
    var maySeeAll: Bool { mayChangeAll || standing == .viewer }

    /// May change keys and members of a team.
    func leads(_ team: Team?) -> Bool {
        guard let team, let userID, standing == .user else { return false }
        return team.members.contains { $0.userID == userID && $0.role == "admin" }
    }

    /// Belongs to a team.
    func belongs(to team: Team?) -> Bool {
        guard let team else { return false }
        if facts?.key.teamID == team.id { return true }
        return userID.map { user in team.members.contains { $0.userID == user } } ?? false
    }

    /// Whether a key is its own, or its user's.
    func owns(_ key: VirtualKey) -> Bool {
        key.hash == facts?.key.hash || key.userID != nil && key.userID == userID
    }

    /// LiteLLM's word for its role, for the refusal that names it.
    var roleName: String {
        switch standing {
        case .master, .admin: UserRole.admin.rawValue
        case .viewer: UserRole.viewer.rawValue
        case .user: UserRole.internalUser.rawValue
        case .userViewer: UserRole.internalViewer.rawValue
        case .key: "unknown"
        }
    }
}
