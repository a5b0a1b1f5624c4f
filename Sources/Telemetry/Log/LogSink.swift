import Glibc
import Locking

/// Where all log lines end up: one thread that writes them to one file descriptor, behind a bounded queue.
///
/// A caller never waits for the descriptor. When it cannot keep up, whole chunks are dropped, counted in `dropped`, and
/// the loss is said in the log itself as soon as writing works again.
public final class LogSink: Sendable {
    private let queue: LogQueue
    private let thread: Locked<pthread_t?>
    private let writer: LogWriter

    /// A sink over a descriptor, which it writes to but does not close.
    ///
    /// - Parameters:
    ///   - descriptor: Where the lines go; 1 and 2 are the usual ones.
    ///   - format: How the sink itself says that lines were lost; the lines it is handed are ready bytes.
    ///   - maximumQueuedBytes: How much may wait for the writer before lines are dropped; at least one chunk of 64 KB.
    public init(descriptor: Int32, format: LogFormat, maximumQueuedBytes: Int) {
        let queue = LogQueue(limit: max(maximumQueuedBytes, LogChunk.usualCapacity))
        self.queue = queue
        self.format = format
        let writer = LogWriter(descriptor: descriptor, format: format, queue: queue)
        self.writer = writer
        var started = pthread_t()
        let context = Unmanaged.passRetained(writer).toOpaque()
        let failed = pthread_create(
            &started, nil,
            { context in
                Unmanaged<LogWriter>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, context)
        precondition(failed == 0, "the system has no room for one more thread")
        thread = Locked(started)
    }

    /// The form that lines in this sink have.
    public let format: LogFormat

    /// Lines lost so far because the descriptor could not keep up.
    public var dropped: UInt64 { queue.dropped }

    /// Adds one line, which must end with a line feed. Never waits for the descriptor.
    public func write(_ line: [UInt8]) { queue.append(line) }

    /// Hands over a filled chunk and takes an empty one of the usual size.
    func exchange(_ full: LogChunk) -> LogChunk { queue.exchange(full) }

    /// An empty chunk for a loop to fill.
    func emptyChunk(capacity: Int) -> LogChunk { LogChunk(capacity: max(capacity, LogChunk.usualCapacity)) }

    /// Writes everything that was handed over, then ends the thread. Lines that come later are dropped and counted.
    /// Waits for the descriptor, so not for an event loop; a second call returns at once.
    ///
    /// A descriptor that takes nothing for as long as `patience`, such as a full pipe that nobody reads, is given up with what
    /// is left: the thread stays behind in its system call, and ends with the process.
    public func close(patience: Duration = .seconds(2)) {
        guard let running = thread.withLock({ thread in thread.take() }) else { return }
        queue.close()
        var written = writer.written
        while true {
            if writer.hasEnded(within: patience) {
                pthread_join(running, nil)
                return
            }
            let now = writer.written
            guard now != written else { break }
            written = now
        }
        pthread_detach(running)
    }
}
