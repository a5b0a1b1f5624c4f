import Locking

/// Counts the open connections of the port, over all event loops, and says whether one more has room.
///
/// Beyond `most` a newcomer takes the place of the connection that has been idle for longest. Where none is idle it is one of a few
/// `spare` ones: enough for operators and probes to be answered, and to tell others to come back. Asked when a connection
/// begins and ends, not by requests.
final class ConnectionGate: Sendable {
    /// How a connection is let in.
    enum Verdict: Equatable {
        case welcome
        /// There is no room for it, unless another goes.
        case crowded
        /// There is none for a crowded one either.
        case full
    }

    private struct State {
        var open = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    /// Connections that are served.
    let most: Int
    /// Connections beside those.
    let spare: Int
    private let state = Locked(State())

    init(most: Int) {
        self.most = most
        spare = Self.spare(beside: most)
    }

    /// A sixteenth, from 8 to 256.
    static func spare(beside most: Int) -> Int { min(256, max(8, most / 16)) }

    /// One more is open. It is counted whatever the verdict: ``leave()`` when it has ended.
    func enter() -> Verdict {
        state.withLock { state in
            state.open += 1
            return state.open <= most ? .welcome : state.open <= most + spare ? .crowded : .full
        }
    }

    /// One has ended.
    func leave() {
        let waiting = state.withLock { state in
            state.open -= 1
            guard state.open == 0 else { return [CheckedContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            return state.waiting
        }
        for one in waiting { one.resume() }
    }

    /// Those that are open now.
    var open: Int { state.withLock { $0.open } }

    /// Whether more are open than are served.
    var isCrowded: Bool { open > most }

    /// Returns when none is open.
    func whenEmpty() async {
        await withCheckedContinuation { waiter in
            let isEmpty = state.withLock { state in
                if state.open > 0 { state.waiting.append(waiter) }
                return state.open == 0
            }
            if isEmpty { waiter.resume() }
        }
    }
}
