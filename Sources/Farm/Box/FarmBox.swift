import BoxModel
import NIOCore

/// One simulated box: the scheduler, the answers it owes, its counters and its fault.
///
/// Everything happens on its event loop.
final class FarmBox: BoxConnection.Service {
    let number: Int
    let profile: BoxProfile
    let clock: FarmClock
    let loop: any EventLoop
    /// A box on the loopback address answers only to hosts that are its own.
    let isLoopback: Bool
    let seed: UInt64
    let stamps: Bool
    /// The names of the models on the disk, as equal names compare.
    let keys: [String]

    var scheduler: BoxScheduler
    /// Every request that is not over, by its number: those the scheduler has and those a fault holds.
    var answers: [Int: OpenAnswer] = [:]
    /// Connections that a fault lets wait for ever, by the request's number. They count as queued if they would have
    /// run a model.
    var held: [Int: Held] = [:]
    var fault = ActiveFault(FarmFault(.none))
    var dice: Dice
    /// The counters, but for `running` and `queued`.
    var counted = FarmStats()
    var watchers: [Watcher] = []

    private var connections: [ObjectIdentifier: BoxConnection] = [:]
    private var recent = CircularBuffer<HTTPCall>()
    private var lastNumber = 0
    private var faultEnd: Scheduled<Void>?
    private var wake: (at: NIODeadline, task: Scheduled<Void>)?
    private var changes: [BoxChange] = []
    private var scratch = ByteBuffer()
    private var listener: BoxListener?
    /// Answers the control routes; set with the listener.
    private var control: FarmControl?

    struct Held {
        let connection: BoxConnection
        let runsModel: Bool
    }

    struct Watcher {
        let condition: @Sendable (FarmStats) -> Bool
        let promise: EventLoopPromise<FarmStats>
        let limit: Scheduled<Void>
    }

    /// At most this often are due tokens written, so that many streams share a wake-up.
    private static let tick = TimeAmount.milliseconds(1)

    init(
        number: Int, profile: BoxProfile, configuration: FarmConfiguration, clock: FarmClock, loop: any EventLoop
    ) {
        self.number = number
        self.profile = profile
        self.clock = clock
        self.loop = loop
        isLoopback = ["127.0.0.1", "::1", "localhost"].contains(configuration.host)
        seed = configuration.seed
        stamps = configuration.stamps
        dice = Dice(seed: configuration.seed &+ UInt64(number))
        scheduler = BoxScheduler(profile.settings)
        keys = profile.models.map { ModelName($0.name)?.key ?? $0.name }
        for name in profile.preloaded {
            if let index = index(of: name) { _ = scheduler.preload(index, at: 0) }
        }
    }

    /// Opens the port, 0 for any, and answers it.
    func listen(host: String, port: Int, control: FarmControl) -> EventLoopFuture<Int> {
        let bound = NIOLoopBound(self, eventLoop: loop)
        let listener = BoxListener(host: host, port: port, loop: loop) { BoxConnection(service: bound.value) }
        self.listener = listener
        self.control = control
        return listener.open().assumeIsolated().map { listener.port }.nonisolated()
    }

    /// Ends everything at once.
    func close() -> EventLoopFuture<Void> {
        faultEnd?.cancel()
        dropAll()
        wake?.task.cancel()
        for watcher in watchers {
            watcher.limit.cancel()
            watcher.promise.fail(FarmError.notReached(stats))
        }
        watchers = []
        return listener?.close() ?? loop.makeSucceededVoidFuture()
    }

    // MARK: Connections

    func opened(_ connection: BoxConnection) {
        connections[ObjectIdentifier(connection)] = connection
    }

    func handle(_ call: HTTPCall, on connection: BoxConnection) {
        if call.path == "/farm" || call.path.hasPrefix("/farm/") {
            control?.handle(call, ownBox: number, on: connection, loop: loop)
            return
        }
        if recent.count == 64 { recent.removeFirst() }
        recent.append(call)
        route(call, on: connection)
        connection.flush()
        noteChange()
    }

    func left(_ connection: BoxConnection) {
        connections[ObjectIdentifier(connection)] = nil
        guard let id = connection.openAnswer else { return }
        connection.openAnswer = nil
        if let held = held.removeValue(forKey: id) {
            if held.runsModel { counted.cancelled += 1 }
        } else if answers.removeValue(forKey: id) != nil {
            counted.cancelled += 1
            run { scheduler, now, changes in scheduler.cancel(id, at: now, into: &changes) }
        }
        noteChange()
    }

    var received: [ReceivedRequest] { recent.map(\.received) }

    func nextNumber() -> Int {
        lastNumber += 1
        return lastNumber
    }

    // MARK: The scheduler

    /// Lets something happen to the scheduler now, acts on what it did, and sees to it that it is woken.
    func run(_ body: (inout BoxScheduler, Nanoseconds, inout [BoxChange]) -> Void) {
        let now = clock.virtualNow()
        var done = changes
        changes = []
        body(&scheduler, now, &done)
        // What takes no time happens at once.
        scheduler.advance(to: now, into: &done)
        act(on: done)
        done.removeAll(keepingCapacity: true)
        changes = done
        setWake()
    }

    private func act(on changes: [BoxChange]) {
        var touched: [BoxConnection] = []
        let unix = clock.unixNow()
        for change in changes {
            switch change {
            case .rejected(let id):
                guard let answer = answers.removeValue(forKey: id) else { continue }
                counted.failed += 1
                answer.connection.send(AnswerWire.refusal(.busy, answer.call.route))
                touched.append(answer.connection)
            case .tokens(let id, let count):
                counted.tokens += count
                guard let answer = answers[id] else { continue }
                answer.write(count, now: unix, stamp: stamps, scratch: &scratch)
                if answer.call.stream { touched.append(answer.connection) }
            case .finished(let id, let timings):
                guard let answer = answers.removeValue(forKey: id) else { continue }
                if answer.finish(figures(timings), now: unix) { counted.completed += 1 } else { counted.failed += 1 }
                touched.append(answer.connection)
            case .loadBegan: counted.loads += 1
            case .unloaded(_, let evicted): counted.evictions += evicted ? 1 : 0
            case .started, .loaded, .loadAborted: break
            }
        }
        for connection in touched { connection.flush() }
    }

    private func figures(_ timings: BoxTimings) -> AnswerFigures {
        var figures = AnswerFigures()
        // Nothing takes no time on a real box, and a zero would be left out.
        figures.total = max(1, clock.real(timings.finished - timings.arrived))
        figures.load = max(1, clock.real(timings.obtained - timings.arrived))
        figures.promptSpan = max(1, clock.real(timings.read - timings.started))
        figures.evalSpan = max(1, clock.real(timings.finished - timings.read))
        return figures
    }

    private func setWake() {
        guard let moment = scheduler.nextWake() else { return }
        let at = max(clock.deadline(of: moment), .now() + Self.tick)
        if let wake {
            // One that comes too early does no harm.
            guard at < wake.at else { return }
            wake.task.cancel()
        }
        wake = (at, loop.assumeIsolated().scheduleTask(deadline: at) { [weak self] in self?.woken() })
    }

    private func woken() {
        wake = nil
        run { _, _, _ in }
        noteChange()
    }

    // MARK: Faults and counters

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
        for connection in connections.values { connection.reset() }
        run { scheduler, now, changes in
            for id in numbers.sorted() { scheduler.cancel(id, at: now, into: &changes) }
        }
        noteChange()
    }

    var stats: FarmStats {
        var stats = counted
        stats.box = number
        stats.running = scheduler.counts.running
        stats.maxRunning = scheduler.peakRunning
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
        return set(FarmFault(.none))
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
