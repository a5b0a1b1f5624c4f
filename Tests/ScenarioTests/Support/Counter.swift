import Locking

/// A number that several tasks raise.
final class Counter: Sendable {
    private let count = Locked(0)

    var value: Int { count.withLock { $0 } }

    func add(_ more: Int) { count.withLock { $0 += more } }

    /// Returns once the number has not moved over many turns of everybody else.
    func settles() async {
        var last = -1
        var still = 0
        while still < 20_000 {
            await Task.yield()
            let now = value
            still = now == last ? still + 1 : 0
            last = now
        }
    }
}
