/// A reservation's content: what has to be undone when it ends. `SpendLedger` wraps it into a `Reservation`, which is used
/// once by its type; a bare `LedgerState` ignores one that has ended.
public struct Grant: Sendable, Equatable {
    /// At most this may be spent.
    public let money: Money
    /// At most so many tokens.
    public let tokens: Int
    /// Whether a budget stands behind it: then more must not be spent.
    public let isBudgeted: Bool
    /// The rest of the limit that is nearest.
    public let rates: RatesLeft?
    /// Its place among the open ones.
    let slot: Int32
    /// Tells it from others that had the place before.
    let generation: UInt32
}
