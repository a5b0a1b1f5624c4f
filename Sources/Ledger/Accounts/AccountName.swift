/// One who spends, or one thing that money is spent on: the name of a sum.
public enum AccountName: Hashable, Sendable, Codable {
    /// A key, by `VirtualKey.account`.
    case key(KeyHash)
    /// One model within a key's bounds.
    case keyModel(KeyHash, model: String)
    /// A user, over all its keys.
    case user(String)
    /// One model within a user's bounds.
    case userModel(String, model: String)
    /// A team, over all its keys.
    case team(String)
    /// One model within a team's bounds.
    case teamModel(String, model: String)
    /// A user within a team.
    case member(team: String, user: String)
    /// A client of a client.
    case customer(String)
    /// All that is sent to one provider.
    case provider(String)
    /// All there is.
    case global

    /// The kinds of accounts, as a store writes them.
    public enum Kind: String, Sendable, CaseIterable, Codable {
        /// See `AccountName.key`.
        case key
        /// See `AccountName.keyModel`.
        case keyModel = "key_model"
        /// See `AccountName.user`.
        case user
        /// See `AccountName.userModel`.
        case userModel = "user_model"
        /// See `AccountName.team`.
        case team
        /// See `AccountName.teamModel`.
        case teamModel = "team_model"
        /// See `AccountName.member`.
        case member = "team_member"
        /// See `AccountName.customer`.
        case customer
        /// See `AccountName.provider`.
        case provider
        /// See `AccountName.global`.
        case global
    }

    /// Its kind.
    public var kind: Kind {
        switch self {
        case .key: .key
        case .keyModel: .keyModel
        case .user: .user
        case .userModel: .userModel
        case .team: .team
        case .teamModel: .teamModel
        case .member: .member
        case .customer: .customer
        case .provider: .provider
        case .global: .global
        }
    }

    /// The name within its kind: the hexadecimal hash of a key, the id of all others; empty for `global`.
    public var id: String {
        switch self {
        case .key(let hash), .keyModel(let hash, _): hash.hex
        case .user(let id), .userModel(let id, _), .team(let id), .teamModel(let id, _), .member(let id, _),
            .customer(let id), .provider(let id):
            id
        case .global: ""
        }
    }

    /// The model, or the user of a team; empty where the id says all.
    public var part: String {
        switch self {
        case .keyModel(_, let part), .userModel(_, let part), .teamModel(_, let part), .member(_, let part): part
        case .key, .user, .team, .customer, .provider, .global: ""
        }
    }

    /// Puts a name together again; nil when a key's id is no hash.
    public init?(kind: Kind, id: String, part: String) {
        switch kind {
        case .key, .keyModel:
            guard let hash = KeyHash(hex: id) else { return nil }
            self = kind == .key ? .key(hash) : .keyModel(hash, model: part)
        case .user: self = .user(id)
        case .userModel: self = .userModel(id, model: part)
        case .team: self = .team(id)
        case .teamModel: self = .teamModel(id, model: part)
        case .member: self = .member(team: id, user: part)
        case .customer: self = .customer(id)
        case .provider: self = .provider(id)
        case .global: self = .global
        }
    }
}
