import Glibc
import Locking

/// The thread of a `CurlMulti`, to be waited for once.
final class CurlThread: Sendable {
    private let running: Locked<pthread_t?>

    init(multi: UnsafeMutableRawPointer, inbox: CurlInbox) {
        var started = pthread_t()
        let context = Unmanaged.passRetained(Start(CurlLoop(multi: multi, inbox: inbox))).toOpaque()
        let failed = pthread_create(
            &started, nil,
            { context in
                var signals = sigset_t()
                sigfillset(&signals)
                // Signals are for the threads that expect them; a broken connection is an error of `send`.
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                Unmanaged<Start>.fromOpaque(context!).takeRetainedValue().loop.run()
                return nil
            }, context)
        precondition(failed == 0, "the system has no room for one more thread")
        running = Locked(started)
    }

    /// Waits for the thread's end; at once when it has been waited for, or is the caller.
    func join() {
        guard let thread = running.withLock({ $0.take() }) else { return }
        if pthread_equal(thread, pthread_self()) != 0 {
            pthread_detach(thread)
        } else {
            pthread_join(thread, nil)
        }
    }

    /// Carries the loop into the thread.
    private final class Start {
        var loop: CurlLoop
        init(_ loop: CurlLoop) { self.loop = loop }
    }
}
