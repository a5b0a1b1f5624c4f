import Glibc

/// The bounded queue between those who log and the writer thread.
final class LogQueue: @unchecked Sendable {
    // Sendable because every stored variable below is touched only between `lock` and `unlock`. A condition variable is
    // needed to wake the writer, so a `Mutex` does not do.
    private let mutex = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
    private let filled = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
    private let limit: Int
    private var waiting: [LogChunk] = []
    /// Bytes in `waiting` and in the writer's hands.
    private var bytes = 0
    /// Single lines gather here; always the last to be taken.
    private var gathering = LogChunk()
    private var empty: [LogChunk] = []
    private var droppedLines: UInt64 = 0
    private var isClosed = false

    init(limit: Int) {
        self.limit = limit
        pthread_mutex_init(mutex, nil)
        pthread_cond_init(filled, nil)
    }

    deinit {
        pthread_cond_destroy(filled)
        pthread_mutex_destroy(mutex)
        filled.deallocate()
        mutex.deallocate()
    }

    var dropped: UInt64 { locked { droppedLines } }

    /// Queues a full chunk, or drops its lines when the queue is full; answers an empty chunk as large.
    func exchange(_ full: LogChunk) -> LogChunk {
        let replacement: LogChunk? = locked {
            guard full.count > 0 else { return full }
            guard !isClosed, bytes + full.count <= limit else {
                droppedLines += UInt64(full.lines)
                full.clear()
                return full
            }
            if gathering.count > 0 {
                enqueue(gathering)
                gathering = takeEmpty() ?? LogChunk()
            }
            enqueue(full)
            pthread_cond_signal(filled)
            return full.capacity == LogChunk.usualCapacity ? takeEmpty() : nil
        }
        return replacement ?? LogChunk(capacity: full.capacity)
    }

    /// Queues one line.
    func append(_ line: [UInt8]) {
        locked {
            guard !isClosed, bytes + gathering.count + line.count <= limit else {
                droppedLines += 1
                return
            }
            if line.count > gathering.room {
                enqueue(gathering)
                gathering = LogChunk(capacity: max(line.count, LogChunk.usualCapacity))
            }
            gathering.append(line)
            pthread_cond_signal(filled)
        }
    }

    /// Waits for something to write and puts it into `taken`, which must be empty; its room is used for what comes next. False
    /// once the queue is closed and empty.
    func take(_ taken: inout [LogChunk]) -> Bool {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        while waiting.isEmpty, gathering.count == 0 {
            if isClosed { return false }
            pthread_cond_wait(filled, mutex)
        }
        if gathering.count > 0 {
            enqueue(gathering)
            gathering = takeEmpty() ?? LogChunk()
        }
        swap(&waiting, &taken)
        return true
    }

    /// Takes back a chunk that was written; `lost` when the descriptor refused it.
    func recycle(_ chunk: LogChunk, lost: Bool) {
        locked {
            if lost { droppedLines += UInt64(chunk.lines) }
            bytes -= chunk.count
            chunk.clear()
            if chunk.capacity == LogChunk.usualCapacity, empty.count < 8 { empty.append(chunk) }
        }
    }

    /// No more is taken in; what waits will still be written.
    func close() {
        locked {
            isClosed = true
            pthread_cond_signal(filled)
        }
    }

    private func enqueue(_ chunk: LogChunk) {
        bytes += chunk.count
        waiting.append(chunk)
    }

    private func takeEmpty() -> LogChunk? { empty.popLast() }

    private func locked<Result>(_ body: () -> Result) -> Result {
        pthread_mutex_lock(mutex)
        defer { pthread_mutex_unlock(mutex) }
        return body()
    }
}
