/// One window of a budget: from its start on, and up to its end.
public struct BudgetWindow: Hashable, Sendable, Codable {
    /// The first moment that belongs to it.
    public var start: WallTime
    /// The first moment that does not; `WallTime.never` where the budget has no period.
    public var end: WallTime

    /// From `start` on, up to `end`.
    public init(start: WallTime, end: WallTime) {
        (self.start, self.end) = (start, end)
    }

    /// The window of a budget without a period.
    public static let endless = BudgetWindow(start: WallTime(microseconds: 0), end: .never)

    /// Whether a moment belongs to it.
    public func contains(_ moment: WallTime) -> Bool { start <= moment && moment < end }
}
