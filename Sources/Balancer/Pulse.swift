import Synchronization

/// When bytes of an answer last came from an instance, without a lock.
final class Pulse: Sendable {
    private let nanoseconds = Atomic<Int64>(.min)

    /// Nil before the first.
    var last: Moment? {
        let last = nanoseconds.load(ordering: .relaxed)
        return last == .min ? nil : Moment(nanoseconds: last)
    }

    /// Of two at once either counts: they are as good as the same.
    func beat(at now: Moment) { nanoseconds.store(now.nanoseconds, ordering: .relaxed) }
}
