import CFaultSim

/// The jobs of Swift's concurrency, in the order in which they were enqueued, run by the virtual loop: tasks and actors of the
/// gateway are as deterministic as the rest of it.
final class JobQueue {
    // One thread runs the whole simulation, and only it touches this.
    nonisolated(unsafe) static let shared = JobQueue()

    private var jobs: [UnownedJob] = []
    private let executor = InlineExecutor()
    private var isRunning = false
    /// Told when there is a job and none was there before.
    var wake: () -> Void = {}
    /// Told of a job that is to run later.
    var delay: (UInt64, UnownedJob) -> Void = { _, _ in }

    /// Takes every job of the process, from here on.
    static func install() {
        drover_take_jobs(
            { job in JobQueue.shared.add(unsafeBitCast(job!, to: UnownedJob.self)) },
            { nanoseconds, job in JobQueue.shared.delay(nanoseconds, unsafeBitCast(job!, to: UnownedJob.self)) })
    }

    func add(_ job: UnownedJob) {
        jobs.append(job)
        if jobs.count == 1, !isRunning { wake() }
    }

    /// Runs jobs until there are none, those that they enqueue too.
    func drain() {
        guard !isRunning else { return }
        isRunning = true
        var next = 0
        while next < jobs.count {
            let job = jobs[next]
            next += 1
            job.runSynchronously(on: executor.asUnownedSerialExecutor())
        }
        jobs.removeAll(keepingCapacity: true)
        isRunning = false
    }
}

/// Stands for the thread of the simulation.
private final class InlineExecutor: SerialExecutor {
    func enqueue(_ job: consuming ExecutorJob) { JobQueue.shared.add(UnownedJob(job)) }
}
