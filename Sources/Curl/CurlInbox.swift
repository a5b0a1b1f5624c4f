import CCurl

/// What other threads want of a `CurlMulti`'s thread, and the one place from where that thread is woken.
final class CurlInbox: @unchecked Sendable {
    // Sendable because the variables are touched only with `lock` held, and the multi handle is used
    // here only for `curl_multi_wakeup`, libcurl's one thread-safe call, and never after `close` has returned.
    enum Command {
        case submit(id: UInt64, CurlRequest, CurlMulti.Completion)
        case cancel(id: UInt64)
        case stop
    }

    private let multi: UnsafeMutableRawPointer
    private let lock = CurlLock()
    private var commands: [Command] = []
    private var isClosed = false
    private var nextID: UInt64 = 0
    /// The thread looks here before it waits; until then it needs no waking.
    private var isWaiting = false

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    /// A number for a request to come.
    func reserveID() -> UInt64 {
        lock.locked {
            nextID += 1
            return nextID
        }
    }

    /// Whether the command was taken; not once the thread has ended.
    func post(_ command: Command) -> Bool {
        lock.locked {
            guard !isClosed else { return false }
            commands.append(command)
            if isWaiting {
                isWaiting = false
                curl_multi_wakeup(multi)
            }
            return true
        }
    }

    /// Whether there is nothing to take, so that the thread may wait; what is posted from here on wakes it.
    func startWaiting() -> Bool {
        lock.locked {
            isWaiting = commands.isEmpty
            return isWaiting
        }
    }

    /// Everything posted since the last time.
    func take() -> [Command] {
        lock.locked {
            isWaiting = false
            let taken = commands
            commands = []
            return taken
        }
    }

    /// Takes no more from now on; answers what was posted and not yet taken.
    func close() -> [Command] {
        lock.locked {
            isClosed = true
            let taken = commands
            commands = []
            return taken
        }
    }
}
