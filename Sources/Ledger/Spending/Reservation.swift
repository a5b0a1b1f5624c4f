/// Money, tokens and a place that are kept for one attempt, from before it is sent until its cost is known.
///
/// Ended exactly once: by `settle` or `release`, or at the end of its life, when it is released. A path that forgets it
/// can therefore not lock a budget up.
public struct Reservation: ~Copyable, Sendable {
    /// At most this may be spent: `Claim.bound`, or what was left of it. The answer's tokens are to be capped by it.
    public var money: Money { grant.money }
    /// At most so many tokens of prompt and answer: `Claim.tokens`, or what was left of them.
    public var tokens: Int { grant.tokens }
    /// Whether a budget stands behind it: then more must not be spent.
    public var isBudgeted: Bool { grant.isBudgeted }
    /// The rest of the limit that is nearest; nil where nobody has one.
    public var rates: RatesLeft? { grant.rates }

    let grant: Grant
    private let ledger: SpendLedger
    private var isOpen = true

    init(_ grant: Grant, of ledger: SpendLedger) {
        self.grant = grant
        self.ledger = ledger
    }

    /// Books the cost, in the windows in which it was reserved, and gives the rest back.
    public consuming func settle(_ charge: Charge, at now: LedgerTime) {
        isOpen = false
        ledger.settle(grant, charge, at: now)
    }

    /// Gives everything back: the attempt cost nothing.
    public consuming func release() {
        isOpen = false
        ledger.release(grant)
    }

    deinit {
        if isOpen { ledger.release(grant) }
    }
}
