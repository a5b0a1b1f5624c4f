/// Bounds with a name, for keys and customers that have no other.
public struct BudgetTemplate: Sendable, Equatable, Codable {
    /// Its name in the API.
    public var id: String
    /// Its bounds.
    public var allowance = Allowance()
    /// When and by whom it was made and last changed.
    public var stamps: Stamps

    /// A template of no bounds.
    public init(id: String, stamps: Stamps) {
        self.id = id
        self.stamps = stamps
    }
}
