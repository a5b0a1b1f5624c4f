import Glibc
import Locking

/// The writer thread's work: takes chunks, writes them whole, says when lines were lost.
final class LogWriter: Sendable {
    private let descriptor: Int32
    private let format: LogFormat
    private let queue: LogQueue
    private let bytesWritten = Locked<UInt64>(0)
    // Unsafe, and sound, for the reasons of the queue's.
    nonisolated(unsafe) private let ended = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

    /// Bytes that the descriptor has taken so far.
    var written: UInt64 { bytesWritten.withLock { $0 } }

    init(descriptor: Int32, format: LogFormat, queue: LogQueue) {
        self.descriptor = descriptor
        self.format = format
        self.queue = queue
        let status = sem_init(ended, 0, 0)
        precondition(status == 0, "the system has no semaphore left")
    }

    deinit {
        sem_destroy(ended)
        ended.deallocate()
    }

    /// Waits until ``run()`` has ended, or for about that time; whether it has.
    func hasEnded(within patience: Duration) -> Bool {
        for _ in 0...Int(patience / .milliseconds(1)) {
            if sem_trywait(ended) == 0 { return true }
            _ = poll(nil, 0, 1)
        }
        return false
    }

    /// Runs until the queue is closed and empty.
    func run() {
        defer { sem_post(ended) }
        // A reader that went away must be an error of `write`, not the end of the process.
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        pthread_sigmask(SIG_BLOCK, &signals, nil)

        var said: UInt64 = 0
        var chunks: [LogChunk] = []
        while queue.take(&chunks) {
            var works = true
            for chunk in chunks {
                works = writeAll(UnsafeRawBufferPointer(start: chunk.base, count: chunk.count))
                queue.recycle(chunk, lost: !works)
            }
            chunks.removeAll(keepingCapacity: true)
            let dropped = queue.dropped
            if works, dropped > said {
                let notice = lossNotice(dropped - said)
                said = dropped
                _ = notice.withUnsafeBytes { writeAll($0) }
            }
        }
    }

    private func lossNotice(_ lines: UInt64) -> [UInt8] {
        switch format {
        case .json:
            Array(#"{"level":"warning","message":"log lines were dropped","log.dropped":\#(lines)}"#.utf8) + [0x0a]
        case .text: Array("warning log lines were dropped log.dropped=\(lines)\n".utf8)
        }
    }

    /// Whether all of it was written. Waits while the descriptor has no room.
    private func writeAll(_ bytes: UnsafeRawBufferPointer) -> Bool {
        var rest = bytes
        while !rest.isEmpty {
            // In pieces, so that a slow descriptor is seen to take some.
            let written = write(descriptor, rest.baseAddress, min(rest.count, LogChunk.usualCapacity))
            if written > 0 {
                bytesWritten.withLock { $0 &+= UInt64(written) }
                rest = UnsafeRawBufferPointer(rebasing: rest[written...])
            } else if written < 0, errno == EAGAIN {
                var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                _ = poll(&waiting, 1, -1)
            } else if written < 0, errno == EINTR {
                continue
            } else {
                return false
            }
        }
        return true
    }
}
