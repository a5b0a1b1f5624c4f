import CCurl
import Locking

/// Other threads' wishes for a `CurlMulti`'s thread, and the one place from where that thread is woken.
final class CurlInbox: Sendable {
    enum Command: Sendable {
        case submit(id: UInt64, CurlRequest, CurlMulti.Completion)
        case cancel(id: UInt64)
        case stop
    }

    private struct State {
        var commands: [Command] = []
        var isClosed = false
        var nextID: UInt64 = 0
        /// The thread looks here before it waits; until then it needs no waking.
        var isWaiting = false
    }

    // Unsafe, and sound, because it is used here only for `curl_multi_wakeup`, libcurl's one thread-safe call, with the
    // lock held, and never after `close` has returned.
    nonisolated(unsafe) private let multi: UnsafeMutableRawPointer
    private let state = Locked(State())

    init(multi: UnsafeMutableRawPointer) {
        self.multi = multi
    }

    /// A number for a request to come.
    func reserveID() -> UInt64 {
        state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
    }

    /// Whether the command was taken; not once the thread has ended.
    func post(_ command: Command) -> Bool {
        state.withLock { state in
            guard !state.isClosed else { return false }
            state.commands.append(command)
            if state.isWaiting {
                state.isWaiting = false
                curl_multi_wakeup(multi)
            }
            return true
        }
    }

    /// Whether there is nothing to take, so that the thread may wait; what is posted from here on wakes it.
    func startWaiting() -> Bool {
        state.withLock { state in
            state.isWaiting = state.commands.isEmpty
            return state.isWaiting
        }
    }

    /// Everything posted since the last time.
    func take() -> [Command] {
        state.withLock { state in
            state.isWaiting = false
            let taken = state.commands
            state.commands = []
            return taken
        }
    }

    /// Takes no more from now on; answers what was posted and not yet taken.
    func close() -> [Command] {
        state.withLock { state in
            state.isClosed = true
            let taken = state.commands
            state.commands = []
            return taken
        }
    }
}
