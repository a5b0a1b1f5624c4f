/// How many requests may be asked of a second instance since the first is late: a twentieth of all, and some at once.
struct HedgeBudget: Equatable, Sendable {
    private static let share = 0.05
    /// So many at once.
    static let most = 8.0

    private var credit = Self.most
    /// The requests that have given their share.
    private var counted = 0

    /// Takes one; false where none is left.
    ///
    /// - Parameter requests: all so far.
    mutating func take(requests: Int) -> Bool {
        credit = min(credit + Double(max(0, requests - counted)) * Self.share, Self.most)
        counted = requests
        guard credit >= 1 else { return false }
        credit -= 1
        return true
    }

    /// The one that was taken was of no use.
    mutating func giveBack() { credit = min(credit + 1, Self.most) }
}
