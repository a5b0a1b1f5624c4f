/// How a gateway stands with its store, as a readiness check wants to know it.
public enum StoreStanding: Equatable, Sendable {
    /// Nothing is kept.
    case none
    /// It answers.
    case connected
    /// It was read and does not answer now: requests are served from memory, and what they cost is written later.
    case out
    /// It was not read since the start: keys are not known.
    case unread
}
