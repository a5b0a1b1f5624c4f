/// Whether an attempt may be sent now.
public enum ReserveAnswer: ~Copyable, Sendable {
    /// It may. What it may cost stands in the reservation.
    case granted(Reservation)
    /// Not yet: it would fit if the requests under way cost nothing. Ask again when some have ended; the refusal is for
    /// one that waits no longer.
    case held(LedgerRefusal)
    /// No, and why.
    case refused(LedgerRefusal)
}
