import Balancer
import Locking
import NIOCore

/// Tells those who listen how the pool changes: one look in an interval, made only while somebody listens and shared by all.
///
/// Nobody is waited for: a listener that is too far behind is dropped, as it has missed what it would need to go on.
final class PoolFeed: Sendable {
    static let interval = Duration.seconds(1)
    static let mostListeners = 64
    /// Events that a listener may be behind.
    static let mostBehind = 8
    /// Intervals without an event, after which a listener is shown that the gateway is still there.
    static let mostSilent = 5

    fileprivate struct Place {
        let events: AsyncStream<ByteBuffer>.Continuation
        /// Ends the connection of one that is too far behind.
        let drop: @Sendable () -> Void
    }

    fileprivate struct State {
        var frames = PoolFrames()
        var listeners: [Int: Place] = [:]
        var next = 0
        var silent = 0
        /// Somebody looks, interval by interval.
        var isTelling = false
        var hasEnded = false
    }

    /// One that listens.
    struct Listener {
        let number: Int
        let events: AsyncStream<ByteBuffer>
    }

    private let state = Locked(State())
    private let time: TimeSource
    private let look: @Sendable () -> PoolSnapshot

    init(time: TimeSource, look: @escaping @Sendable () -> PoolSnapshot) {
        self.time = time
        self.look = look
    }

    var listeners: Int { state.withLock { $0.listeners.count } }
    /// One more may listen.
    var hasRoom: Bool { state.withLock { !$0.hasEnded && $0.listeners.count < Self.mostListeners } }

    /// Begins to listen; nil where too many do, or the gateway stops.
    /// - Parameter drop: called when it is too far behind.
    func listen(drop: @escaping @Sendable () -> Void) -> Listener? {
        let snapshot = look()
        let (events, listener) = AsyncStream.makeStream(
            of: ByteBuffer.self, bufferingPolicy: .bufferingOldest(Self.mostBehind))
        let begun = state.withLock { state -> (number: Int, isFirst: Bool)? in
            guard !state.hasEnded, state.listeners.count < Self.mostListeners else { return nil }
            let isFirst = !state.isTelling
            state.isTelling = true
            // The others go on from the rows that they know; where nobody listens a new look costs nobody anything.
            if state.listeners.isEmpty { _ = state.frames.frame(for: snapshot) }
            if let whole = state.frames.whole { listener.yield(whole) }
            state.next += 1
            state.listeners[state.next] = Place(events: listener, drop: drop)
            return (state.next, isFirst)
        }
        guard let begun else { return nil }
        if begun.isFirst { Task { [weak self] in await self?.tell() } }
        return Listener(number: begun.number, events: events)
    }

    func leave(_ listener: Listener) {
        state.withLock { $0.listeners.removeValue(forKey: listener.number) }?.events.finish()
    }

    /// No events come any more.
    func end() {
        let listeners = state.withLock { state in
            defer { state.listeners = [:] }
            state.hasEnded = true
            return state.listeners
        }
        listeners.values.forEach { $0.events.finish() }
    }

    private func tell() async {
        repeat { try? await time.sleep(time.now() + Self.interval) } while tick()
    }

    /// One look, told to all.
    /// - Returns: false where nobody listens: then the next listener begins anew.
    @discardableResult
    func tick() -> Bool {
        let snapshot = look()
        let (dropped, goesOn) = state.withLock { state in
            let dropped = state.tell(snapshot)
            state.isTelling = !state.listeners.isEmpty
            return (dropped, state.isTelling)
        }
        for place in dropped {
            place.events.finish()
            place.drop()
        }
        return goesOn
    }
}

extension PoolFeed.State {
    /// Tells all that listen of a snapshot.
    /// - Returns: those that are too far behind, who are told nothing any more.
    fileprivate mutating func tell(_ snapshot: PoolSnapshot) -> [PoolFeed.Place] {
        var frame = frames.frame(for: snapshot)
        silent = frame == nil ? silent + 1 : 0
        if silent >= PoolFeed.mostSilent {
            silent = 0
            frame = ByteBuffer(string: ": still here\n\n")
        }
        guard let frame else { return [] }
        let behind = listeners.filter { if case .enqueued = $0.value.events.yield(frame) { false } else { true } }
        for number in behind.keys { listeners[number] = nil }
        return Array(behind.values)
    }
}
