import Synchronization

/// When bytes of an answer last came from each instance, without a lock: of so many instances as there is room for from the start.
final class PulseBoard: Sendable {
    /// Room for those that come later.
    private static let least = 4096
    /// Before the first.
    private static let never = Int64.min
    /// Nobody listens to this one.
    private static let unheard = Int64.max

    private let count: Int
    // Sound: the pointer never changes, the memory is freed once, in `deinit`, when nobody is left, and its elements are atomic.
    private nonisolated(unsafe) let nanoseconds: UnsafeMutablePointer<Atomic<Int64>>

    init(instances: Int) {
        count = max(Self.least, 2 * instances)
        nanoseconds = .allocate(capacity: count)
        for index in 0..<count { (nanoseconds + index).initialize(to: Atomic(Self.unheard)) }
    }

    deinit {
        nanoseconds.deinitialize(count: count)
        nanoseconds.deallocate()
    }

    /// Listens to the instances that there are, and to no other.
    func listen(to instances: [InstanceSpec?]) {
        for (index, spec) in instances.enumerated() where index < count {
            let isHeard = nanoseconds[index].load(ordering: .relaxed) != Self.unheard
            guard isHeard != (spec != nil) else { continue }
            nanoseconds[index].store(isHeard ? Self.unheard : Self.never, ordering: .relaxed)
        }
    }

    /// Nil before the first.
    func last(of instance: InstanceID) -> Moment? {
        guard instance.index < count else { return nil }
        let last = nanoseconds[instance.index].load(ordering: .relaxed)
        return last == Self.never || last == Self.unheard ? nil : Moment(nanoseconds: last)
    }

    /// Of two at once either counts: they are as good as the same.
    @inline(__always)
    func beat(_ instance: InstanceID, at now: Moment) {
        guard instance.index < count, nanoseconds[instance.index].load(ordering: .relaxed) != Self.unheard else {
            return
        }
        nanoseconds[instance.index].store(now.nanoseconds, ordering: .relaxed)
    }
}
