import Balancer
import LedgerStore
import Locking

/// Looks at the pool now and then, for its history.
final class PoolHistorian: Sendable {
    static let interval = Duration.seconds(10)

    /// How often it is told to whoever writes it down.
    static let telling = Duration.seconds(60)

    private struct State {
        var history = PoolHistory()
        var told: Moment?
    }

    private let state = Locked(State())
    private let time: TimeSource
    private let look: @Sendable () -> PoolSnapshot

    init(time: TimeSource, look: @escaping @Sendable () -> PoolSnapshot) {
        self.time = time
        self.look = look
    }

    func box(_ name: String) -> PoolHistory.Box? { state.withLock { $0.history.boxes[name] } }

    /// Until the task is cancelled.
    func run() async {
        repeat { note() } while (try? await time.sleep(time.now() + Self.interval)) != nil
    }

    func note() {
        let (snapshot, now) = (look(), Int64(time.unixSeconds()))
        state.withLock { $0.history.look(at: now, snapshot) }
    }

    /// What has changed since it was last told, each minute; at the end whatever there is.
    func changes(isLast: Bool) -> (spans: [KeptSpan], moves: [KeptMove]) {
        let now = time.now()
        return state.withLock { state in
            guard isLast || state.told.map({ now - $0 >= Self.telling }) ?? true else { return ([], []) }
            state.told = now
            return state.history.changes()
        }
    }

    /// Takes what an earlier process has written.
    func restore(_ rows: KeptRows) {
        let now = Int64(time.unixSeconds())
        state.withLock { $0.history.restore(rows, at: now) }
    }
}
