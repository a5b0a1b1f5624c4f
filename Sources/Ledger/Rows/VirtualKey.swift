/// A key that was handed out. The key itself is kept nowhere.
public struct VirtualKey: Sendable, Equatable, Codable {
    /// All that is kept of the key.
    public var hash: KeyHash
    /// The name that its spend is booked under: the hash of its first key. A key that takes its place keeps it, so that
    /// no money is forgotten with the old one.
    public var account: KeyHash
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
    /// Nil for none, as in the rows of an older release.
    private var formerKeys: [FormerKey]?
    /// No request of it ever leaves the pool of local instances.
    public var localOnly = false
    /// `x-drover-class` of requests that say none.
    public var serviceClass: String?
    /// Its weight among those who wait; 1 without one.
    public var share: Double?
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// The keys that it has taken the place of and that still work, or have worked.
    public var former: [FormerKey] {
        get { formerKeys ?? [] }
        set { formerKeys = newValue.isEmpty ? nil : newValue }
    }

    /// A key with nothing but its hash.
    public init(hash: KeyHash, name: String, stamps: Stamps) {
        self.hash = hash
        account = hash
        self.name = name
        self.stamps = stamps
    }
}
