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
    /// The models that lie on its disk, or did.
    var library: BoxLibrary
    /// The models that there are to pull, as equal names compare; nil: every one.
    let registry: Set<String>?
    /// The pulls under way, by the requests' numbers.
    var pulls: [Int: FarmPull] = [:]

    var scheduler: BoxScheduler
    /// The requests that the scheduler has, by their numbers.
    var answers: [Int: OpenAnswer] = [:]
    /// Connections that a fault lets wait for ever, by the request's number. They count as queued if they would have
    /// run a model.
    var held: [Int: Held] = [:]
    var fault = ActiveFault(FarmFault(.none))
    /// What its models say in place of what they would.
    var told: FarmScript?
    var dice: Dice
    /// The counters, except `running` and `queued`.
    var counted = FarmStats()
    var watchers: [Watcher] = []

    var connections: [ObjectIdentifier: BoxConnection] = [:]
    var recent = CircularBuffer<HTTPCall>()
    private var lastNumber = 0
    var faultEnd: Scheduled<Void>?
    private var wake: (at: NIODeadline, task: Scheduled<Void>)?
    private var changes: [BoxChange] = []
    private var scratch = ByteBuffer()
    var listener: BoxListener?
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
        library = BoxLibrary(profile.models, at: clock.unix(of: 0))
        registry = configuration.registry.map { Set($0.map { ModelName($0)?.key ?? $0 }) }
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
        // Both know this box: it would never be freed.
        let closed = listener?.close()
        listener = nil
        control = nil
        return closed ?? loop.makeSucceededVoidFuture()
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
        } else {
            pulls.removeValue(forKey: id)?.cancel()
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
        // Steps that take no time happen at once.
        scheduler.advance(to: now, into: &done)
        act(on: done)
        done.removeAll(keepingCapacity: true)
        changes = done
        setWake()
        noteChange()
    }

    /// First all is counted, then each client is served once: what a token's stamp says is the moment of its writing,
    /// not the moment when the first of many clients was looked at.
    private func act(on changes: [BoxChange]) {
        var touched: [OpenAnswer] = []
        for change in changes {
            switch change {
            case .rejected(let id):
                guard let answer = answers.removeValue(forKey: id) else { continue }
                counted.failed += 1
                answer.outcome = .refused(.busy)
                touched.append(answer)
            case .tokens(let id, let count):
                counted.tokens += count
                guard let answer = answers[id] else { continue }
                if answer.dueTokens == 0 { touched.append(answer) }
                answer.dueTokens += count
            case .finished(let id, let timings):
                guard let answer = answers.removeValue(forKey: id) else { continue }
                if answer.isWhole { counted.completed += 1 } else { counted.failed += 1 }
                if answer.dueTokens == 0 { touched.append(answer) }
                answer.outcome = .through(figures(timings))
            case .loadBegan: counted.loads += 1
            case .unloaded(_, let evicted): counted.evictions += evicted ? 1 : 0
            case .started, .loaded, .loadAborted: break
            }
        }
        let unix = clock.unixNow()
        for answer in touched {
            answer.writeDue(now: unix, stamp: stamps, scratch: &scratch)
            answer.connection.flush()
        }
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
    }
}
