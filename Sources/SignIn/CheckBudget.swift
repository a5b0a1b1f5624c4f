import Ledger

/// The most signatures that are checked in one second, by all event loops together: a check takes up to a millisecond, and whoever
/// sends tokens of his own making is not to take the time of the others.
struct CheckBudget {
    static let perSecond = 1_000

    private var second = Int64.min
    private var left = 0

    /// Takes one check; false where none is left of this second.
    mutating func take(at now: WallTime) -> Bool {
        let second = now.microseconds / 1_000_000
        if second != self.second { (self.second, left) = (second, Self.perSecond) }
        guard left > 0 else { return false }
        left -= 1
        return true
    }
}
