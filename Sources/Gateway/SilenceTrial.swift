public import Balancer

/// An attempt on an instance that gave no answer in its time, to find out whether there is one now. Its client is served elsewhere, and it
/// goes on by itself until there is a part of an answer, or its time is up.
///
/// Held by reference, since its call has it beside its lease. One at a time goes to a deployment.
public final class SilenceTrial {
    private let sentAt: Moment
    private let ends: Moment
    private var attempt: Attempt?

    init(_ attempt: consuming Attempt, isStreamed: Bool) {
        sentAt = attempt.sentAt
        ends = attempt.trialEnds(isStreamed: isStreamed)
        self.attempt = consume attempt
    }

    /// Its instance, which works if it gives an answer.
    public var instance: InstanceID? { attempt?.instance }

    /// It is over, and its lease settled.
    public var isOver: Bool { attempt?.instance == nil }

    /// A part of a good answer came.
    public func answered(at now: Moment) { end(.answered(now - sentAt), at: now) }

    /// Its status is none of a good answer.
    public func refused(status: Int, at now: Moment) { end(.of(refusal: status), at: now) }

    /// Its call ended without an answer.
    public func lost(_ failure: AttemptFailure, at now: Moment) {
        end(failure.breaker.map { .failed($0) } ?? .ignored, at: now)
    }

    /// Its time may be up.
    public func sweep(at now: Moment) {
        guard now >= ends, let outcome = attempt?.outcomeOfLate(at: now) else { return }
        end(outcome, at: now)
    }

    /// The gateway ends, or has no use for it any more.
    public func stop(at now: Moment) { end(.ignored, at: now) }

    private func end(_ outcome: Outcome, at now: Moment) { _ = attempt.take()?.end(outcome, at: now) }
}

extension Outcome {
    /// What a status other than 200 says of its instance. One that is full is well.
    static func of(refusal status: Int) -> Outcome {
        switch status {
        case 429, 503: .failed(.saturated(retryAfter: nil))
        case 500...: .failed(.serverError(status: status))
        default: .ignored
        }
    }
}
