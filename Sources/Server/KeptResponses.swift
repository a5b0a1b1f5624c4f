import Balancer
import Dialects
import Gateway
import Locking

/// The answers that clients can go on from, in memory: the oldest go first where there is no room for all, and none is there after a
/// restart.
final class KeptResponses: ResponseShelf {
    private struct Key: Hashable {
        let owner: UInt64
        let id: String
    }

    private struct Entry {
        let response: KeptResponse
        let confinement: Confinement
        let until: Moment
        /// Which one it is of all that were ever kept.
        let number: Int
    }

    private struct State {
        var entries: [Key: Entry] = [:]
        /// In the order in which they came. Those that were taken out before stay until it is their turn.
        var order: ArraySlice<(key: Key, number: Int)> = []
        var bytes = 0
        var count = 0

        mutating func remove(_ key: Key) -> Bool {
            guard let entry = entries.removeValue(forKey: key) else { return false }
            bytes -= entry.response.size
            return true
        }

        /// Leaves those that are gone out of the order, once they are more than the others.
        mutating func tidy() {
            guard order.count > 2 * entries.count + 64 else { return }
            let kept = entries
            order = ArraySlice(order.filter { kept[$0.key]?.number == $0.number })
        }
    }

    /// How much is kept, and for how long.
    struct Limits {
        var count = 10_000
        var bytes = 64 << 20
        var age = Duration.seconds(24 * 60 * 60)
    }

    private let limits: Limits
    private let state = Locked(State())

    init(_ limits: Limits = Limits()) { self.limits = limits }

    func keep(_ response: KeptResponse, of owner: UInt64, _ confinement: Confinement, at now: Moment) {
        let key = Key(owner: owner, id: response.id)
        state.withLock { state in
            // One that leaves no room for others is not kept.
            guard response.size <= limits.bytes / 4 else { return }
            _ = state.remove(key)
            state.count += 1
            state.entries[key] = Entry(
                response: response, confinement: confinement, until: now + limits.age, number: state.count)
            state.order.append((key, state.count))
            state.bytes += response.size
            while let first = state.order.first {
                let entry = state.entries[first.key]
                let isGone = entry?.number != first.number
                let isOver = state.entries.count > limits.count || state.bytes > limits.bytes
                guard isGone || isOver || entry.map({ $0.until <= now }) ?? false else { break }
                if !isGone { _ = state.remove(first.key) }
                state.order.removeFirst()
            }
            state.tidy()
        }
    }

    func find(_ id: String, of owner: UInt64, at now: Moment) -> (response: KeptResponse, confinement: Confinement)? {
        state.withLock { state in
            guard let entry = state.entries[Key(owner: owner, id: id)], now < entry.until else { return nil }
            return (entry.response, entry.confinement)
        }
    }

    /// Forgets an answer; whether there was one.
    func remove(_ id: String, of owner: UInt64, at now: Moment) -> Bool {
        state.withLock { state in
            let key = Key(owner: owner, id: id)
            guard let entry = state.entries[key], now < entry.until else { return false }
            let isGone = state.remove(key)
            state.tidy()
            return isGone
        }
    }

    /// Bytes of all that is kept.
    var bytes: Int { state.withLock { $0.bytes } }

    /// How many the order names, those that are gone too.
    var places: Int { state.withLock { $0.order.count } }
}
