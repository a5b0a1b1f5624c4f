public import Balancer
import Gateway

/// Hears what happens in the pool, before the server runs and after: an instance that is taken out gives up the requests
/// that wait there for a first byte.
public final class PoolWatch: BalancerObserver {
    let loops = LoopDirectory()
    private let next: any BalancerObserver
    private let time: TimeSource

    /// - Parameter next: hears of every fact first.
    public init(_ next: any BalancerObserver, time: TimeSource) {
        self.next = next
        self.time = time
    }

    /// Passes the fact on, and tells the event loops of an outage.
    public func note(_ fact: Fact) {
        next.note(fact)
        guard let outage = Outage(fact, at: time.now()) else { return }
        loops.forEach { $0.tookOut(outage) }
    }
}
