import Glibc
import Locking

/// The bounded queue between those who log and the writer thread.
final class LogQueue: Sendable {
    private struct State {
        var waiting: [LogChunk] = []
        /// Bytes in `waiting` and in the writer's hands.
        var bytes = 0
        /// Single lines gather here; always the last to be taken.
        var gathering = LogChunk()
        var empty: [LogChunk] = []
        var droppedLines: UInt64 = 0
        var isClosed = false
        /// The writer found nothing and sleeps; the next caller with bytes wakes it, once.
        var writerSleeps = false

        mutating func enqueue(_ chunk: LogChunk) {
            bytes += chunk.count
            waiting.append(chunk)
        }

        mutating func takeGathered() {
            guard gathering.count > 0 else { return }
            enqueue(gathering)
            gathering = empty.popLast() ?? LogChunk()
        }
    }

    /// The bytes for the writer.
    private enum Take { case something, nothing, end }

    private let limit: Int
    private let state = Locked(State())
    // Unsafe, and sound, because the pointer never changes, a semaphore is made for many threads, and it is destroyed
    // only when nobody holds the queue any more.
    nonisolated(unsafe) private let filled = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    init(limit: Int) {
        self.limit = limit
        let status = sem_init(filled, 0, 0)
        precondition(status == 0, "the system has no semaphore left")
    }

    deinit {
        sem_destroy(filled)
        filled.deallocate()
    }

    var dropped: UInt64 { state.withLock { $0.droppedLines } }

    /// Queues a full chunk, or drops its lines when the queue is full; answers an empty chunk as large.
    func exchange(_ full: LogChunk) -> LogChunk {
        let replacement: LogChunk? = change { state in
            guard full.count > 0 else { return full }
            guard !state.isClosed, state.bytes + full.count <= limit else {
                state.droppedLines += UInt64(full.lines)
                full.clear()
                return full
            }
            state.takeGathered()
            state.enqueue(full)
            return full.capacity == LogChunk.usualCapacity ? state.empty.popLast() : nil
        }
        return replacement ?? LogChunk(capacity: full.capacity)
    }

    /// Queues one line.
    func append(_ line: [UInt8]) {
        change { state in
            guard !state.isClosed, state.bytes + state.gathering.count + line.count <= limit else {
                state.droppedLines += 1
                return
            }
            if line.count > state.gathering.room {
                state.enqueue(state.gathering)
                state.gathering = LogChunk(capacity: max(line.count, LogChunk.usualCapacity))
            }
            state.gathering.append(line)
        }
    }

    /// Waits for something to write and puts it into `taken`, which must be empty; its room is used for what comes next. False
    /// once the queue is closed and empty.
    func take(_ taken: inout [LogChunk]) -> Bool {
        while true {
            let found: Take = state.withLock { state in
                state.takeGathered()
                guard !state.waiting.isEmpty else {
                    state.writerSleeps = !state.isClosed
                    return state.isClosed ? .end : .nothing
                }
                swap(&state.waiting, &taken)
                return .something
            }
            switch found {
            case .something: return true
            case .end: return false
            case .nothing:
                // A signal may end the wait early; then it only looks once more.
                sem_wait(filled)
            }
        }
    }

    /// Takes back a chunk that was written; `lost` when the descriptor refused it.
    func recycle(_ chunk: LogChunk, lost: Bool) {
        state.withLock { state in
            if lost { state.droppedLines += UInt64(chunk.lines) }
            state.bytes -= chunk.count
            chunk.clear()
            if chunk.capacity == LogChunk.usualCapacity, state.empty.count < 8 { state.empty.append(chunk) }
        }
    }

    /// No more is taken in; what waits will still be written.
    func close() { change { $0.isClosed = true } }

    /// Changes the state, then wakes the writer if it sleeps and has a reason to wake.
    private func change<Result: Sendable>(_ body: (inout State) -> Result) -> Result {
        let (result, wakes) = state.withLock { state in
            let result = body(&state)
            let wakes = state.writerSleeps && (state.isClosed || !state.waiting.isEmpty || state.gathering.count > 0)
            if wakes { state.writerSleeps = false }
            return (result, wakes)
        }
        if wakes { sem_post(filled) }
        return result
    }
}
