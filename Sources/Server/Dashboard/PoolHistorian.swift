import Balancer
import Locking

/// Looks at the pool now and then, for its history.
final class PoolHistorian: Sendable {
    static let interval = Duration.seconds(10)

    private let history = Locked(PoolHistory())
    private let time: TimeSource
    private let look: @Sendable () -> PoolSnapshot

    init(time: TimeSource, look: @escaping @Sendable () -> PoolSnapshot) {
        self.time = time
        self.look = look
    }

    func box(_ name: String) -> PoolHistory.Box? { history.withLock { $0.boxes[name] } }

    /// Until the task is cancelled.
    func run() async {
        repeat { note() } while (try? await time.sleep(time.now() + Self.interval)) != nil
    }

    func note() {
        let (snapshot, now) = (look(), Int64(time.unixSeconds()))
        history.withLock { $0.look(at: now, snapshot) }
    }
}
