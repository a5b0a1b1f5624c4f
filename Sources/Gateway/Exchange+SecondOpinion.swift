import Balancer
import Dialects

/// An instance's word that the request is at fault, which is checked with another instance where it may be wrong.
extension Exchange {
    /// Whether another instance is asked before the client is told: once, and not where a retry policy says what to do.
    func isDoubtful(_ failure: AttemptFailure) -> Bool {
        guard failure.isAboutRequest, !hasSecondOpinion, route?.rules.retries[failure.kind] == nil else { return false }
        return failure.mayBeInstance || balancer.standsOut(DeploymentID(index: deployment))
    }

    /// Whether another instance is asked once more though no retry is left: what has answered may not have been the
    /// upstream (a page, a 404 or 405 of something else on its port).
    func isForeign(_ failure: AttemptFailure) -> Bool {
        guard !hasSecondOpinion, route?.rules.retries[failure.kind] == nil else { return false }
        return failure.isFromBefore || failure.cause == .told(.server) && (400..<500).contains(failure.status)
    }

    /// Asks another instance. It costs no retry, and it does not have to come off: then the first word stands.
    mutating func askAnother(than instance: InstanceID, at now: Moment) -> Action {
        hasSecondOpinion = true
        isDoubting = true
        plan.setAside(instance)
        return nextAttempt(at: now)
    }

    /// The model has no other instance that could be asked. One of a model that stands in is another one, too.
    mutating func askAnotherModel(_ doubted: Failures.Last, at now: Moment) -> Action {
        let failure = doubted.kind == .badRequest ? .serviceUnavailable : doubted.kind
        if let next = substitute(doubted.error, failure) { return enter(next, at: now) }
        return fail(finalError(doubted.error), at: now)
    }

    /// The word that was doubted, where no other instance could be asked.
    mutating func takeDoubted() -> Failures.Last? {
        guard isDoubting else { return nil }
        isDoubting = false
        return failures.last
    }
}
