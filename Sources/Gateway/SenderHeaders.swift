/// The headers by which clients say for whom they ask, as the operator has named them: `user_header_mappings` and
/// `user_header_name` of `general_settings`.
public struct SenderHeaders: Sendable, Equatable {
    /// Headers with the name of a customer, in lower case; the first that has one counts.
    public var customers: [String]
    /// Headers with the name of a user, in lower case; the first that has one counts.
    public var users: [String]

    /// These headers.
    public init(customers: [String] = [], users: [String] = []) { (self.customers, self.users) = (customers, users) }

    /// Whether none is named.
    public var isEmpty: Bool { customers.isEmpty && users.isEmpty }
}
