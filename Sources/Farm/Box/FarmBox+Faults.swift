import BoxModel
import NIOCore

/// Faults, counters and those who wait for them.
extension FarmBox {
    /// The fault replaces the one there is. The result comes when it acts.
    func set(_ fault: FarmFault) -> EventLoopFuture<Void> {
        faultEnd?.cancel()
        faultEnd = nil
        self.fault = ActiveFault(fault)
        var slowness = 1.0
        if case .slowTokens(let factor) = fault.kind { slowness = factor }
        if slowness != scheduler.slowness {
            run { scheduler, now, changes in scheduler.slow(by: slowness, at: now, into: &changes) }
        }
        if let duration = fault.duration, duration > .zero {
            faultEnd = loop.assumeIsolated().scheduleTask(in: .nanoseconds(duration.wholeNanoseconds)) {
                [weak self] in
                _ = self?.set(FarmFault(.none))
            }
        }
        guard let listener else { return loop.makeSucceededVoidFuture() }
        guard fault.kind == .refuse else { return listener.open() }
        return listener.close().assumeIsolated().map { self.dropAll() }.nonisolated()
    }

    /// Every connection is reset, and what was open has failed.
    func dropAll() {
        counted.failed += answers.count + held.values.count { $0.runsModel }
        let numbers = Array(answers.keys)
        answers = [:]
        held = [:]
        for pull in pulls.values { pull.cancel() }
        pulls = [:]
        for connection in connections.values { connection.reset() }
        run { scheduler, now, changes in
            // The last first, so that none takes the slot of another on its way out.
            for id in numbers.sorted(by: >) { scheduler.cancel(id, at: now, into: &changes) }
        }
        noteChange()
    }

    var stats: FarmStats {
        var stats = counted
        stats.box = number
        stats.running = scheduler.counts.running
        stats.maxRunning = scheduler.peakRunning
        stats.pulling = pulls.count
        stats.queued = scheduler.counts.waiting + scheduler.counts.queued + held.values.count { $0.runsModel }
        return stats
    }

    /// No fault, nothing counted, nothing received; what is open counts anew.
    func reset() -> EventLoopFuture<Void> {
        recent.removeAll()
        counted = FarmStats()
        counted.requests = answers.count + held.values.count { $0.runsModel }
        scheduler.resetPeak()
        noteChange()
        told = nil
        return set(FarmFault(.none))
    }

    /// What its models say to the next request that asks them for something.
    func nextWords() -> FarmScript? {
        guard let script = told else { return nil }
        if let times = script.times { told?.times = times - 1 }
        if told?.times == 0 { told = nil }
        return script
    }

    /// The counters once the condition holds, or the failure after the limit.
    func watch(
        _ condition: @escaping @Sendable (FarmStats) -> Bool, limit: Duration
    ) -> EventLoopFuture<FarmStats> {
        guard !condition(stats) else { return loop.makeSucceededFuture(stats) }
        let promise = loop.makePromise(of: FarmStats.self)
        let task = loop.assumeIsolated().scheduleTask(in: .nanoseconds(limit.wholeNanoseconds)) { [weak self] in
            promise.fail(FarmError.notReached(self?.stats ?? FarmStats()))
        }
        watchers.append(Watcher(condition: condition, promise: promise, limit: task))
        return promise.futureResult
    }

    /// Tells those who wait for the counters.
    func noteChange() {
        guard !watchers.isEmpty else { return }
        let stats = stats
        watchers.removeAll { watcher in
            guard watcher.condition(stats) else { return false }
            watcher.limit.cancel()
            watcher.promise.succeed(stats)
            return true
        }
    }
}
