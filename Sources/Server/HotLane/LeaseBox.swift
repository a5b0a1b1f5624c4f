import Balancer
import Locking

/// Carries a lease to the event loop of its request: an escaping closure cannot own one.
///
/// A box that nobody opens (the loop is gone) settles its lease as ignored, by the lease's own `deinit`.
final class LeaseBox: Sendable {
    private let lease: Locked<Lease?>

    init(_ lease: consuming Lease) { self.lease = Locked(lease) }

    /// The lease, once.
    func take() -> Lease? { lease.withLock { $0.take() } }
}
