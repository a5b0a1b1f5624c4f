import Balancer
import NIOCore
import NIOEmbedded

/// The one clock and the one order of events of a simulation: everything that happens is a task of this loop.
final class VirtualTime {
    let loop = EmbeddedEventLoop()
    /// The wall clock where virtual time begins.
    static let unixStart = 1_795_000_000.0
    /// Sleepers by their numbers; a task that is cancelled is woken at once.
    private var sleepers: [Int: CheckedContinuation<Void, any Error>] = [:]
    private var sleeps = 0

    init() {
        let queue = JobQueue.shared
        queue.wake = { [loop] in loop.execute { queue.drain() } }
        queue.delay = { [loop] nanoseconds, job in
            _ = loop.scheduleTask(in: .nanoseconds(Int64(nanoseconds))) { queue.add(job) }
        }
    }

    var now: Moment { Moment(nanoseconds: Int64(loop.now.uptimeNanoseconds)) }

    /// Does something after a while.
    @discardableResult
    func after(_ delay: Duration, _ body: @escaping () -> Void) -> Scheduled<Void> {
        loop.scheduleTask(in: .nanoseconds(max(0, delay.nanoseconds)), body)
    }

    /// Lets everything happen up to a moment.
    func run(until moment: Moment) { loop.advanceTime(to: .uptimeNanoseconds(UInt64(moment.nanoseconds))) }

    /// Wakes who sleeps, with an error, and forgets what is still to come.
    func end() {
        for (_, sleeper) in sleepers.sorted(by: { $0.key < $1.key }) { sleeper.resume(throwing: CancellationError()) }
        sleepers = [:]
        JobQueue.shared.drain()
        let last = EmbeddedChannel(loop: loop)
        // It ends the tasks of its loop.
        _ = try? last.finish(acceptAlreadyClosed: true)
        JobQueue.shared.wake = {}
    }

    /// The clock as the gateway reads it.
    var source: TimeSource {
        // The simulation has one thread, so this is never touched by two.
        nonisolated(unsafe) let time = self
        return TimeSource(
            now: { time.now },
            sleep: { try await time.sleep(until: $0) },
            unixSeconds: { Self.unixStart + time.now.seconds })
    }

    private nonisolated func sleep(until moment: Moment) async throws {
        nonisolated(unsafe) let time = self
        let number = time.sleeps
        time.sleeps += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
                guard !Task.isCancelled else { return continuation.resume(throwing: CancellationError()) }
                time.sleepers[number] = continuation
                time.after(moment - time.now) { time.sleepers.removeValue(forKey: number)?.resume() }
            }
        } onCancel: {
            time.sleepers.removeValue(forKey: number)?.resume(throwing: CancellationError())
        }
    }
}
