/// One person or service that has keys.
public struct User: Sendable, Equatable, Codable {
    /// Its name in the API.
    public var id: String
    /// An address for people.
    public var email: String?
    /// A name for people.
    public var alias: String?
    /// Its rights over things of others.
    public var role = UserRole.internalUser
    /// Its bounds.
    public var allowance = Allowance()
    /// Names, patterns and access groups for keys without a team; empty: every model.
    public var models: [String] = []
    /// The bounds of single models.
    public var modelAllowances: [String: ModelAllowance] = [:]
    /// The operator's own JSON object, kept as it came.
    public var metadata = "{}"
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// A user without keys.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}
