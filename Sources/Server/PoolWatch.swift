public import Balancer
import Gateway

/// Hears what happens in the pool, before the server runs and after: an instance that is taken out gives up the requests
/// that wait there for a first byte.
public final class PoolWatch: BalancerObserver {
    let loops: LoopDirectory
    private let next: any BalancerObserver
    private let time: TimeSource
    private let tell: @Sendable (Outage) -> Void

    /// - Parameter next: hears of every fact first.
    public convenience init(_ next: any BalancerObserver, time: TimeSource) {
        let loops = LoopDirectory()
        self.init(next, time: time, loops: loops) { outage in loops.forEach { $0.tookOut(outage) } }
    }

    /// - Parameter tell: tells the loops of an outage.
    init(
        _ next: any BalancerObserver, time: TimeSource, loops: LoopDirectory, tell: @escaping @Sendable (Outage) -> Void
    ) {
        self.loops = loops
        self.next = next
        self.time = time
        self.tell = tell
    }

    /// Passes the fact on, and tells the event loops of an outage.
    public func note(_ fact: Fact) {
        next.note(fact)
        if let outage = Outage(fact, at: time.now()) { tell(outage) }
    }
}
