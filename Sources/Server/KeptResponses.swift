import Balancer
import Dialects
import Gateway
import Ledger
import LedgerStore
import Locking

/// The answers that clients can go on from, in memory: the oldest go first where there is no room for all. Those that are to be there
/// after a restart are told to whoever writes them down.
final class KeptResponses: ResponseShelf {
    private struct Key: Hashable {
        let owner: ResponseOwner
        let id: String
    }

    private struct Entry {
        let response: KeptResponse
        let confinement: Confinement
        let until: Moment
        /// Which one it is of all that were ever kept.
        let number: Int
        /// Whether it may be written down already.
        var isWritten = false
    }

    /// Where they are beside the memory.
    enum Place: Equatable {
        /// Nowhere.
        case memory
        /// In a file of this gateway's: all of them are in memory too.
        case file
        /// In a database, where other gateways have theirs: what is written there is asked for there.
        ///
        /// - takesConfined: whether it keeps inside what must stay inside.
        case database(takesConfined: Bool)
    }

    private struct State {
        let place: Place
        /// The numbers of those that were handed out to be written to a database, and may not be there yet.
        var told: [Key: Int] = [:]
        /// Those that are to be written, and those that were written and are gone. No more than twice as many as there may be.
        var changed: Set<Key> = []
        /// Those that were handed out to be forgotten in a database, and may be there still.
        var forgetting: Set<Key> = []
        /// Those that an earlier process has written, although none is to be written now.
        var unwanted: [KeptAnswer.Name] = []
        var entries: [Key: Entry] = [:]
        /// In the order in which they came. Those that were taken out before stay until it is their turn.
        var order: ArraySlice<(key: Key, number: Int)> = []
        var bytes = 0
        var count = 0

        init(_ place: Place) { self.place = place }

        /// Whether one that is kept inside for these reasons is written down.
        func isWritten(_ confinement: Confinement) -> Bool {
            switch place {
            case .memory: false
            case .file: true
            case .database(let takesConfined): takesConfined || confinement.isEmpty
            }
        }

        /// - Parameter isForgotten: one that is written down is to be forgotten there too.
        mutating func remove(_ key: Key, isForgotten: Bool = true) {
            guard let entry = entries.removeValue(forKey: key) else { return }
            bytes -= entry.response.size
            if entry.isWritten, isForgotten { changed.insert(key) } else { changed.remove(key) }
        }

        /// Whether one that is not here may be in the database. One that was forgotten here is about to be forgotten there.
        func mayBeElsewhere(_ key: Key) -> Bool {
            guard case .database = place, KeptResponse.mayBe(key.id) else { return false }
            return entries[key] == nil && !changed.contains(key) && !forgetting.contains(key)
        }

        /// Lets those go from the front whose time is over, and whose room is needed.
        ///
        /// A database has room and time of its own: what it has of them stays there.
        mutating func trim(to limits: Limits, at now: Moment) {
            let isForgotten = if case .database = place { false } else { true }
            while let first = order.first {
                let entry = entries[first.key]
                let isGone = entry?.number != first.number
                let isOver = entries.count > limits.count || bytes > limits.bytes
                guard isGone || isOver || entry.map({ $0.until <= now }) ?? false else { break }
                if !isGone { remove(first.key, isForgotten: isForgotten) }
                order.removeFirst()
            }
            tidy()
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
    private let keyless: String
    private let state: Locked<State>

    /// - Parameters:
    ///   - place: where somebody writes them down.
    ///   - requiresKey: whether whoever has no key has the master key: nobody else reads what that one has written down.
    init(_ limits: Limits = Limits(), in place: Place = .memory, requiresKey: Bool = false) {
        self.limits = limits
        keyless = requiresKey ? "master" : "anybody"
        state = Locked(State(place))
    }

    func keep(_ response: KeptResponse, of owner: ResponseOwner, _ confinement: Confinement, at now: Moment) {
        let key = Key(owner: owner, id: response.id)
        state.withLock { state in
            // One that leaves no room for others is not kept.
            guard response.size <= limits.bytes / 4 else { return }
            let wasWritten = state.changed.contains(key) || state.entries[key]?.isWritten == true
            state.remove(key)
            state.count += 1
            state.entries[key] = Entry(
                response: response, confinement: confinement, until: now + limits.age, number: state.count,
                isWritten: wasWritten)
            if state.isWritten(confinement) { state.changed.insert(key) }
            state.order.append((key, state.count))
            state.bytes += response.size
            state.trim(to: limits, at: now)
        }
    }

    func find(
        _ id: String, of owner: ResponseOwner, at now: Moment
    ) -> (response: KeptResponse, confinement: Confinement)? {
        state.withLock { state in
            guard let entry = state.entries[Key(owner: owner, id: id)], now < entry.until else { return nil }
            return (entry.response, entry.confinement)
        }
    }

    /// An answer that was to be forgotten.
    struct Removal: Equatable {
        /// Whether there was one here.
        let wasHere: Bool
        /// Whether there may be one in the database.
        let mayBeElsewhere: Bool
    }

    /// Forgets an answer, as far as it is here.
    func remove(_ id: String, of owner: ResponseOwner, at now: Moment) -> Removal {
        state.withLock { state in
            let key = Key(owner: owner, id: id)
            guard let entry = state.entries[key], now < entry.until else {
                return Removal(wasHere: false, mayBeElsewhere: state.mayBeElsewhere(key))
            }
            state.remove(key)
            state.tidy()
            guard case .database = state.place else { return Removal(wasHere: true, mayBeElsewhere: false) }
            return Removal(wasHere: true, mayBeElsewhere: entry.isWritten)
        }
    }

    /// Bytes of all that is kept.
    var bytes: Int { state.withLock { $0.bytes } }

    /// How many the order names, those that are gone too.
    var places: Int { state.withLock { $0.order.count } }
}

/// What is written down of them.
extension KeptResponses {
    /// Those in an earlier process's file that are to be forgotten there, although what is kept now is kept elsewhere.
    func disowned() -> KeptChanges {
        var changes = KeptChanges()
        changes.forgotten = state.withLock { state in
            defer { state.unwanted = [] }
            return state.unwanted
        }
        return changes
    }

    /// What has changed since this was last asked: all of it is to be written, in whatever order.
    func changes(at now: LedgerTime) -> KeptChanges {
        let moment = Moment(nanoseconds: now.ticks)
        return state.withLock { state in
            var changes = KeptChanges()
            // Those whose time is over may be the oldest for long.
            state.trim(to: limits, at: moment)
            for key in state.changed {
                guard let entry = state.entries[key] else {
                    changes.forgotten.append(name(of: key))
                    if case .database = state.place { state.forgetting.insert(key) }
                    continue
                }
                state.entries[key]?.isWritten = true
                if case .database = state.place { state.told[key] = entry.number }
                let left = entry.until - moment
                changes.answers.append(
                    KeptAnswer(
                        name: name(of: key), object: entry.response.object, items: entry.response.items,
                        pieces: entry.response.pieces, confinement: entry.confinement.rawValue,
                        until: now.wall.advanced(byNanoseconds: left.nanoseconds)
                    ))
            }
            state.changed = []
            changes.forgotten += state.unwanted
            state.unwanted = []
            return changes
        }
    }

    /// Takes what was written by an earlier process, as older than all that is there. Where nothing is written down any more, all of it is
    /// to be forgotten.
    func restore(_ answers: [KeptAnswer], at now: LedgerTime) {
        let moment = Moment(nanoseconds: now.ticks)
        state.withLock { state in
            guard state.place == .file else { return state.unwanted = answers.map(\.name) }
            var places: [(key: Key, number: Int)] = []
            for answer in answers {
                guard let owner = ResponseOwner(answer.name.owner, keyless: keyless) else { continue }
                let key = Key(owner: owner, id: answer.name.id)
                guard state.entries[key] == nil else { continue }
                let left = Duration.microseconds(answer.until.microseconds - now.wall.microseconds)
                state.count += 1
                let response = KeptResponse(
                    id: answer.name.id, object: answer.object, items: answer.items, pieces: answer.pieces)
                state.entries[key] = Entry(
                    response: response, confinement: Confinement(rawValue: answer.confinement),
                    // A clock that was set back makes nothing older than it may be.
                    until: moment + min(left, limits.age), number: state.count, isWritten: true)
                places.append((key, state.count))
                state.bytes += response.size
            }
            state.order = ArraySlice(places + state.order)
            state.trim(to: limits, at: moment)
        }
    }

    /// All that was handed out is in the database: from now on it is asked for there.
    func confirm() {
        state.withLock { state in
            for (key, number) in state.told where state.entries[key]?.number == number {
                state.changed.remove(key)
                state.entries[key]?.isWritten = false
                state.remove(key)
            }
            (state.told, state.forgetting) = ([:], [])
            state.tidy()
        }
    }

    /// Whether a response that is not found here may be in the database.
    func mayBeElsewhere(_ id: String, of owner: ResponseOwner) -> Bool {
        state.withLock { $0.mayBeElsewhere(Key(owner: owner, id: id)) }
    }

    /// The name of a response in a store.
    func name(_ id: String, of owner: ResponseOwner) -> KeptAnswer.Name { name(of: Key(owner: owner, id: id)) }

    private func name(of key: Key) -> KeptAnswer.Name {
        KeptAnswer.Name(owner: key.owner.text(keyless: keyless), id: key.id)
    }
}
