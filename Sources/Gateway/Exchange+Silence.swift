import Balancer
import Dialects
import NIOCore

/// Requests that are sent where others had no answer in their time: no client waits to find out whether there is one now.
///
/// The attempt has a moment in which it may answer. Then its client's request goes on at an instance that does, and the attempt by itself.
extension Exchange {
    /// Whether the attempt is a trial that has had nothing, so that it goes on by itself and the request elsewhere.
    var stepsAside: Bool {
        mutating get { attempt?.isTrialOfSilence == true && attempt?.bytesAt == nil && !isLarge && late == nil }
    }

    /// The request goes on at another instance, which is picked and ready, and the attempt by itself.
    mutating func stepAside(_ lease: consuming Lease, _ ready: consuming Second, at now: Moment) -> Action {
        var second = ready
        guard let wire = second.wire, let left = attempt?.remainsSoFar(at: now), let instance = attempt?.instance,
            let asked, let target = target(at: record.deployment)
        else { return stay(lease, at: now) }
        if let parked = second.parked.take(), let reservation = parked.reservation {
            settleUnanswered(reservation, at: now)
        }
        if attempt?.translator == nil {
            attempt?.translator = AnswerTranslator(
                request: asked.request, target: target, responseID: call.head.random, created: call.unixSeconds)
        }
        if hedging == nil { hedging = Hedging() }
        hedging?.trial = SilenceTrial(attempt.take()!, showsTokens: asked.showsTokens)
        account.waited(left.time)
        keep(left, of: record.deployment, sent: record.sentNanoseconds)
        course.left(instance)
        phase = .ready
        deadlines.clear()
        reply.discard()
        record.moves.countUp()
        let other = lease.instance
        begin(second.asked, lease, at: now)
        return .stepAside(prepare(wire, isFree: true, at: now), to: other)
    }

    /// The trial whose call goes on by itself.
    public mutating func takeTrial() -> SilenceTrial? {
        defer { hedging?.trial = nil }
        return hedging?.trial
    }
}
