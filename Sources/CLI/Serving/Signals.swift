import UnixSignals

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// The signals of a serving process: SIGTERM and SIGINT end it, SIGQUIT with a core, and no other does.
enum Signals {
    /// Those that would end a process which does not expect them. A fault of the program itself is none.
    static let harmless: [Int32] = {
        var signals = [SIGHUP, SIGPIPE, SIGALRM, SIGUSR1, SIGUSR2, SIGPROF, SIGVTALRM, SIGIO, SIGXCPU, SIGXFSZ]
        #if os(Linux)
            signals += [SIGSTKFLT, SIGPWR] + Array(__libc_current_sigrtmin()...__libc_current_sigrtmax())
        #endif
        return signals
    }()

    /// From now on these do nothing.
    static func ignoreHarmless() {
        for number in harmless { signal(number, SIG_IGN) }
    }

    /// From now on those that mean something are kept for ``watch(_:stop:hurry:hangUp:)``: first this, then whatever says that
    /// the process is there, since whoever hears that may end it at once.
    static func keep() async -> UnixSignalsSequence {
        await UnixSignalsSequence(trapping: .sigterm, .sigint, .sighup)
    }

    /// Whatever holds the process up, it ends by then: whoever asks a second time does not want to wait.
    static func endWithin(seconds: UInt32) {
        signal(SIGALRM) { _ in _exit(1) }
        alarm(seconds)
    }

    /// Calls these as signals come, until the task is cancelled: `stop` at the first that ends a process, `hurry` at
    /// each after it.
    static func watch(
        _ kept: UnixSignalsSequence, stop: () async -> Void, hurry: () async -> Void, hangUp: () -> Void
    ) async {
        var isStopping = false
        for await signal in kept {
            if signal == .sighup {
                hangUp()
            } else if isStopping {
                endWithin(seconds: 5)
                await hurry()
            } else {
                isStopping = true
                await stop()
            }
        }
    }
}
