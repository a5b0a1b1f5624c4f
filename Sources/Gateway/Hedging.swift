import Balancer

/// What only requests have that were late once.
///
/// Held by reference, so that an exchange is no larger for all the others.
final class Hedging {
    /// The attempt that is late and waits, beside the one that runs.
    var late: LateAttempt?
    /// Instances that cannot take the request beside an attempt that runs: it may not go there, or is not paid for twice.
    var declined = InstanceSet()
}
