/// A customer's account.
struct CustomerLine: Sendable, Equatable {
    var account: Int32
    var isBlocked: Bool
}
