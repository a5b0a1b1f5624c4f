/// A key that was handed out. The key itself is kept nowhere.
public struct VirtualKey: Sendable, Equatable, Codable {
    /// All that is kept of the key.
    public var hash: KeyHash
    /// `sk-...` and its last four letters, for people.
    public var name: String
    /// A name that only one key has.
    public var alias: String?
    /// Its user, whose bounds hold too.
    public var userID: String?
    /// Its team, whose bounds hold too.
    public var teamID: String?
    /// The template of its bounds, where it has one.
    public var budgetID: String?
    /// Its own bounds.
    public var allowance = Allowance()
    /// Names, patterns with `*` and access groups; empty: every model.
    public var models: [String] = []
    /// Names that stand for others, for this key only.
    public var aliases: [String: String] = [:]
    /// The bounds of single models.
    public var modelAllowances: [String: ModelAllowance] = [:]
    /// The routes it may ask; empty: those of its role.
    public var allowedRoutes: [String] = []
    /// Labels for the sums of spend, and for deployments with tags.
    public var tags: [String] = []
    /// The operator's own JSON object, kept as it came.
    public var metadata = "{}"
    /// LiteLLM's `permissions`, a JSON object, kept as it came.
    public var permissions = "{}"
    /// Refused until it is unblocked.
    public var isBlocked = false
    /// Refused from here on; nil: never.
    public var expires: WallTime?
    /// No request of it ever leaves the pool of local instances.
    public var localOnly = false
    /// `x-drover-class` of requests that say none.
    public var serviceClass: String?
    /// Its weight among those who wait; 1 without one.
    public var share: Double?
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// A key with nothing but its hash.
    public init(hash: KeyHash, name: String, stamps: Stamps) {
        self.hash = hash
        self.name = name
        self.stamps = stamps
    }
}

/// When and by whom a row was made and last changed.
public struct Stamps: Sendable, Equatable, Codable {
    public var createdAt: WallTime
    public var createdBy: String
    public var updatedAt: WallTime
    public var updatedBy: String

    /// Made now, by this user.
    public init(at now: WallTime, by user: String) {
        (createdAt, createdBy, updatedAt, updatedBy) = (now, user, now, user)
    }
}

/// People who share bounds.
public struct Team: Sendable, Equatable, Codable {
    /// One that belongs to a team.
    public struct Member: Sendable, Equatable, Codable {
        public var userID: String
        /// `admin` may change the team's keys and members, `user` may not.
        public var role: String
        /// The bounds of this member within the team.
        public var allowance: Allowance

        /// A member without bounds of its own.
        public init(userID: String, role: String = "user", allowance: Allowance = Allowance()) {
            (self.userID, self.role, self.allowance) = (userID, role, allowance)
        }
    }

    public var id: String
    public var alias: String?
    public var allowance = Allowance()
    /// Names, patterns and access groups; empty: every model.
    public var models: [String] = []
    public var modelAllowances: [String: ModelAllowance] = [:]
    /// Names that stand for others, for this team only.
    public var aliases: [String: String] = [:]
    public var members: [Member] = []
    public var tags: [String] = []
    public var metadata = "{}"
    public var isBlocked = false
    public var stamps: Stamps

    /// A team of nobody.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}

/// One person or service that has keys.
public struct User: Sendable, Equatable, Codable {
    public var id: String
    public var email: String?
    public var alias: String?
    public var role = UserRole.internalUser
    public var allowance = Allowance()
    public var models: [String] = []
    public var modelAllowances: [String: ModelAllowance] = [:]
    public var metadata = "{}"
    public var stamps: Stamps

    /// A user without keys.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}

/// The rights of a user over others' things, in LiteLLM's words.
public enum UserRole: String, Sendable, CaseIterable, Codable {
    /// May do everything the master key may.
    case admin = "proxy_admin"
    /// May see everything and change nothing.
    case viewer = "proxy_admin_viewer"
    /// May see and change what is its own.
    case internalUser = "internal_user"
    /// May see what is its own.
    case internalViewer = "internal_user_viewer"
}

/// A client of a client: the `user` of a request. Bound only where it was made known.
public struct Customer: Sendable, Equatable, Codable {
    public var id: String
    public var alias: String?
    public var budgetID: String?
    public var allowance = Allowance()
    public var isBlocked = false
    public var stamps: Stamps

    /// A customer without bounds.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}

/// Bounds with a name, for keys and customers that have no other.
public struct BudgetTemplate: Sendable, Equatable, Codable {
    public var id: String
    public var allowance = Allowance()
    public var stamps: Stamps

    /// A template of no bounds.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}

/// As 64 hexadecimal digits.
extension KeyHash: Codable {
    public init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        guard let hash = KeyHash(hex: try container.decode(String.self)) else {
            throw DecodingError.dataCorruptedError(in: container, debugDescription: "not 64 hexadecimal digits")
        }
        self = hash
    }

    public func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        try container.encode(hex)
    }
}
