import Balancer
import Ledger

/// An attempt that is late and has no word of an answer: another one runs beside it, and the first to answer wins.
///
/// Held by reference, so that an exchange is no larger for requests that are not late.
final class LateAttempt {
    let instance: InstanceID
    let pickedAt: Moment
    /// The request as it was sent.
    let asked: Asked
    /// As in the record of the request.
    let deployment: Int
    let sentNanoseconds: Int64
    /// The head of a good answer has come, and nothing behind it.
    let hasHead: Bool
    private var attempt: Attempt?
    private var parked: RequestSpend.Parked?

    /// - Parameter parked: its reservation; nil where nothing binds the request.
    init(
        _ attempt: consuming Attempt, asked: Asked, deployment: Int, sentNanoseconds: Int64, hasHead: Bool,
        _ parked: consuming RequestSpend.Parked?
    ) {
        self.hasHead = hasHead
        (instance, pickedAt) = (attempt.instance, attempt.pickedAt)
        (self.asked, self.deployment, self.sentNanoseconds) = (asked, deployment, sentNanoseconds)
        self.attempt = consume attempt
        self.parked = consume parked
    }

    /// It runs as the request's only one again: this, and what was reserved for it.
    func takeAttempt() -> Attempt? { attempt.take() }
    func takeParked() -> RequestSpend.Parked? { parked.take() }

    /// The outcome where the other one has answered.
    func outcome(at now: Moment) -> Outcome { attempt?.outcomeOfLate(at: now) ?? .ignored }

    /// Ends it: its lease is settled, and what was reserved for it.
    ///
    /// - Parameter settle: books what it has cost.
    func end(_ outcome: Outcome, at now: Moment, settle: (consuming Reservation) -> Void) -> Attempt.Remains? {
        if let parked = parked.take(), let reservation = parked.reservation { settle(reservation) }
        return attempt.take()?.end(outcome, at: now)
    }
}
