import Balancer
import Dialects

/// An instance's word that the request is at fault, which is checked with another instance where it may be wrong.
extension Exchange {
    /// Asks another instance. It costs no retry, and it does not have to come off: then the first word stands.
    mutating func askAnother(than instance: InstanceID, at now: Moment) -> Action {
        opinion.ask()
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
        guard opinion.isOpen else { return nil }
        opinion.close()
        return failures.last
    }
}
