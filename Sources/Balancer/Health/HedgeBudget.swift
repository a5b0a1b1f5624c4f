/// How many requests may be asked of a second instance since the first is late: a twentieth of all, and some at once.
struct HedgeBudget: Equatable, Sendable {
    private static let share = 0.05
    /// So many at once.
    static let most = 8.0
    /// So many of them are for late requests that show an instance to be at fault: two take it out, and all that wait there go elsewhere.
    /// Those that show nothing, since what came before them explains their wait, would use up all and wait for their own limits then.
    private static let forProof = 4.0

    private var credit = Self.most
    /// The requests that have given their share.
    private var counted = 0

    /// Takes one; false where none is left.
    ///
    /// - Parameters:
    ///   - requests: all so far.
    ///   - isProof: the request shows that its instance is at fault.
    mutating func take(requests: Int, isProof: Bool) -> Bool {
        credit = min(credit + Double(max(0, requests - counted)) * Self.share, Self.most)
        counted = requests
        guard credit >= (isProof ? 1 : 1 + Self.forProof) else { return false }
        credit -= 1
        return true
    }

    /// The one that was taken was of no use.
    mutating func giveBack() { credit = min(credit + 1, Self.most) }
}
