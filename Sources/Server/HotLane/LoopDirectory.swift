import Locking
import NIOCore

/// Finds the `LoopState` of an event loop, making it at the first connection there.
final class LoopDirectory: Sendable {
    private struct Entry {
        let eventLoop: any EventLoop
        let state: NIOLoopBound<LoopState>
    }

    private let entries = Locked<[ObjectIdentifier: Entry]>([:])

    /// Must be called on the loop.
    func state(of eventLoop: any EventLoop, context: ServerContext) -> LoopState {
        if let found = entries.withLock({ $0[ObjectIdentifier(eventLoop)] }) { return found.state.value }
        let made = LoopState(eventLoop: eventLoop, context: context)
        add(made)
        return made
    }

    /// Lists a loop's state and starts its timer. Must be called on the loop.
    func add(_ made: LoopState) {
        let eventLoop = made.eventLoop
        let bound = NIOLoopBound(made, eventLoop: eventLoop)
        entries.withLock { $0[ObjectIdentifier(eventLoop)] = Entry(eventLoop: eventLoop, state: bound) }
        // A setup that was replaced before this loop was listed would be missed.
        made.use(made.context.setup)
        made.startTicking()
    }

    /// Runs on every loop, without waiting.
    func forEach(_ body: @escaping @Sendable (LoopState) -> Void) {
        for entry in entries.withLock({ Array($0.values) }) {
            entry.eventLoop.execute { body(entry.state.value) }
        }
    }

    /// Asks the other loops, one after the other, until one has made room.
    func makeRoom(besides asking: any EventLoop) {
        let needed = Locked(true)
        for entry in entries.withLock({ Array($0.values) }) where entry.eventLoop !== asking {
            entry.eventLoop.execute {
                if needed.withLock({ $0 }), entry.state.value.makeRoom() { needed.withLock { $0 = false } }
            }
        }
    }

    /// Forgets the loops, which end now: nothing more runs on them.
    func removeAll() { entries.withLock { $0.removeAll() } }

    /// Runs on every loop and gathers the answers.
    func gather<Value: Sendable>(_ body: @escaping @Sendable (LoopState) -> Value) async throws -> [Value] {
        var values: [Value] = []
        for entry in entries.withLock({ Array($0.values) }) {
            values.append(try await entry.eventLoop.submit { body(entry.state.value) }.get())
        }
        return values
    }
}
