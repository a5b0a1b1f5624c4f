/// A client of a client: the `user` of a request. Bound only where it was made known.
public struct Customer: Sendable, Equatable, Codable {
    /// Its name in the API.
    public var id: String
    /// A name for people.
    public var alias: String?
    /// The template of its bounds, where it has one.
    public var budgetID: String?
    /// Its bounds.
    public var allowance = Allowance()
    /// Its requests are refused until it is unblocked.
    public var isBlocked = false
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// A customer without bounds.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}
