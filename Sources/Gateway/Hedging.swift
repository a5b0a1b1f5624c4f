import Balancer

/// What only requests have that were late once.
///
/// Held by reference, so that an exchange is no larger for all the others.
final class Hedging {
    /// The attempt that is late and waits, beside the one that runs.
    var late: LateAttempt?
    /// The attempt that goes on by itself, until the shell takes it.
    var trial: SilenceTrial?
    /// Instances that cannot take the request: it may not go there, or is not paid for there.
    var declined = InstanceSet()
    /// Instances that could take the place of the attempt that runs, and cannot stand beside it, since two are not paid for.
    var unpaid = InstanceSet()
}
