import Locking

/// The bytes that all connections may hold together: bodies on their way in, requests to instances, answers that are not taken yet.
///
/// Counted in steps, so that a token costs no lock: a connection comes here when what it holds has grown or shrunk by one.
final class MemoryBudget: Sendable {
    /// A connection's first step is nobody's business.
    static let step = 64 << 10

    /// Bytes; `Int.max`: no limit.
    let limit: Int
    private let steps = Locked(0)

    init(limit: Int) { self.limit = limit }

    /// Bytes that are held, to a step.
    var held: Int { steps.withLock { $0 } * Self.step }

    /// Takes so many steps, or none where they do not all fit.
    fileprivate func take(_ more: Int) -> Bool {
        let most = limit / Self.step
        return steps.withLock { steps in
            guard steps + more <= most else { return false }
            steps += more
            return true
        }
    }

    fileprivate func give(_ back: Int) { steps.withLock { $0 -= back } }
}

/// The part of the budget that one connection holds. Its owner gives it back with ``hold(_:of:)`` of nothing.
struct MemoryShare {
    private var steps = 0

    /// From now on so many bytes are held.
    ///
    /// - Returns: false where there is no room for more: then it is as before.
    mutating func hold(_ bytes: Int, of budget: MemoryBudget) -> Bool {
        let wanted = bytes / MemoryBudget.step
        if wanted == steps { return true }
        if wanted < steps {
            budget.give(steps - wanted)
        } else if !budget.take(wanted - steps) {
            return false
        }
        steps = wanted
        return true
    }
}

/// A part of the budget that no connection counts: held for as long as anybody has this.
final class MemoryHold: Sendable {
    private let budget: MemoryBudget
    private let share = Locked(MemoryShare())

    init(of budget: MemoryBudget) { self.budget = budget }

    deinit { _ = hold(0) }

    /// From now on so many bytes are held.
    ///
    /// - Returns: false where there is no room for more: then it is as before.
    func hold(_ bytes: Int) -> Bool { share.withLock { $0.hold(bytes, of: budget) } }
}
