import Glibc
import Locking

/// A thread that runs the jobs of one actor, one after the other: its calls block, and the threads that all tasks share are
/// too few to be blocked. It ends when the actor is gone and its last job is done.
final class StoreThread: SerialExecutor {
    private let inbox = Inbox()

    init() {
        var thread = pthread_t()
        let failed = pthread_create(
            &thread, nil,
            { context in
                var signals = sigset_t()
                sigfillset(&signals)
                // Signals are for the threads that expect them.
                pthread_sigmask(SIG_BLOCK, &signals, nil)
                Unmanaged<Inbox>.fromOpaque(context!).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(inbox).toOpaque())
        precondition(failed == 0, "the system has no room for one more thread")
        pthread_detach(thread)
    }

    deinit { inbox.post(nil) }

    func enqueue(_ job: consuming ExecutorJob) {
        inbox.post(Job(job: UnownedJob(job), executor: asUnownedSerialExecutor()))
    }

    /// The job knows its executor, so that the thread needs to keep none alive.
    private struct Job: Sendable {
        let job: UnownedJob
        let executor: UnownedSerialExecutor
    }

    /// What is to be run, in order; nil is the end.
    private final class Inbox: Sendable {
        private let jobs = Locked<[Job?]>([])
        // Unsafe, and sound: the address never changes, and a semaphore is made to be used by several threads at once.
        nonisolated(unsafe) private let count = UnsafeMutablePointer<sem_t>.allocate(capacity: 1)

        init() { sem_init(count, 0, 0) }

        deinit {
            sem_destroy(count)
            count.deallocate()
        }

        func post(_ job: Job?) {
            jobs.withLock { $0.append(job) }
            sem_post(count)
        }

        func run() {
            while true {
                while sem_wait(count) != 0 {}
                guard let next = jobs.withLock({ $0.removeFirst() }) else { return }
                next.job.runSynchronously(on: next.executor)
            }
        }
    }
}
