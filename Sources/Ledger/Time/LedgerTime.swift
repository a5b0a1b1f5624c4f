/// One moment on both clocks: that of the calendar, and one that never goes back.
///
/// Windows of budgets and expiry go by the calendar, which an operator may set; a sliding minute does not.
public struct LedgerTime: Hashable, Sendable {
    /// By the calendar.
    public let wall: WallTime
    /// Nanoseconds of a clock that never goes back, from wherever it begins.
    public let ticks: Int64

    /// The same moment on both clocks.
    public init(wall: WallTime, ticks: Int64) {
        (self.wall, self.ticks) = (wall, ticks)
    }
}
