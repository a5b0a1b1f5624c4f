/// The accounts that one attempt is on, in the order in which they are asked: key, its model, user, its model, team, its
/// model, team member, customer, provider, the whole. Held inline, so that making one allocates nothing.
struct AccountLines: Sendable {
    /// The most accounts of an attempt.
    static let capacity = 10

    private var places = InlineArray<10, Int32>(repeating: -1)
    private(set) var count = 0

    /// Adds an account; -1 is none.
    mutating func add(_ place: Int32) {
        guard place >= 0 else { return }
        places[count] = place
        count += 1
    }

    subscript(index: Int) -> Int { Int(places[index]) }
}
