/// `ReserveAnswer` of a bare `LedgerState`.
public enum ReserveVerdict: Sendable, Equatable {
    /// See `ReserveAnswer.granted`.
    case granted(Grant)
    /// See `ReserveAnswer.held`.
    case held(LedgerRefusal)
    /// See `ReserveAnswer.refused`.
    case refused(LedgerRefusal)
}
