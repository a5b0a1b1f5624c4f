import Locking

/// So many pulls at once and no more.
final class PullGate: Sendable {
    private let open = Locked(0)
    let most: Int

    init(most: Int) { self.most = most }

    /// A place for one pull, given back when nobody holds it any more; nil where all are taken.
    func enter() -> Pass? {
        let isIn = open.withLock { open in
            guard open < most else { return false }
            open += 1
            return true
        }
        return isIn ? Pass(self) : nil
    }

    var taken: Int { open.withLock { $0 } }

    /// One place.
    final class Pass: Sendable {
        private let gate: PullGate
        fileprivate init(_ gate: PullGate) { self.gate = gate }
        deinit { gate.open.withLock { $0 -= 1 } }
    }
}
