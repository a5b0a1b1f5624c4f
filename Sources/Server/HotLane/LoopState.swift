import Balancer
import Gateway
import NIOCore
import Telemetry
import Upstream

/// Everything that belongs to one event loop; touched only there.
final class LoopState {
    let eventLoop: any EventLoop
    let context: ServerContext
    let upstreams: UpstreamPool
    let telemetry: LoopTelemetry
    let time: TimeSource
    private(set) var costs: RecentCosts
    private(set) var routes: RouteTable
    /// Of requests to come.
    private(set) var settings: ExchangeSettings.Shared
    /// Seconds since 1970, renewed with every tick.
    private(set) var unixSeconds: Int
    /// Not checked for exclusive access at run time: what it is lent to is a value that knows no loop.
    @exclusivity(unchecked) var reception: Reception
    private var lanes: [HotLane] = []
    private var idle = IdleQueue()
    /// Trials that go on without their clients' requests: one at most for each deployment.
    private var trials: [TrialCall] = []
    private var ticking: RepeatedTask?

    /// How often time limits are looked at: no timer per request.
    static let tick = TimeAmount.milliseconds(100)

    convenience init(eventLoop: any EventLoop, context: ServerContext) {
        self.init(
            eventLoop: eventLoop, context: context,
            upstreams: UpstreamPool(
                eventLoop: eventLoop, origins: context.setup.parts.origins, tls: context.setup.tls,
                resolver: context.resolver,
                sendsDirectly: context.configuration.directSend),
            random: SystemSeeded())
    }

    /// - Parameter random: for the names of requests and the strategies' chance.
    init(eventLoop: any EventLoop, context: ServerContext, upstreams: UpstreamPool, random: SystemSeeded) {
        self.eventLoop = eventLoop
        self.context = context
        self.upstreams = upstreams
        let setup = context.setup
        telemetry = context.telemetry.makeLoopTelemetry()
        time = context.time
        costs = RecentCosts(most: context.balancer.decisions)
        routes = setup.parts.routes
        settings = ExchangeSettings.Shared(setup.parts.settings)
        unixSeconds = Int(context.time.unixSeconds())
        reception = Reception(
            admission: context.admission, watch: context.keyWatch, access: context.access, random: random,
            gate: context.gate, senders: setup.parts.settings.senders)
    }

    /// A request is over: counts it, logs it, keeps its cost.
    ///
    /// - Parameter prompt: for exporters that are to know.
    func finished(_ record: RequestRecord, prompt: [UInt8]? = nil) {
        telemetry.finished(record, prompt: prompt)
        costs.finished(record)
    }

    func startTicking() {
        let bound = NIOLoopBound(self, eventLoop: eventLoop)
        ticking = eventLoop.scheduleRepeatedTask(initialDelay: Self.tick, delay: Self.tick) { _ in
            bound.value.onTick()
        }
    }

    private func onTick() {
        unixSeconds = Int(time.unixSeconds())
        telemetry.flush()
        upstreams.onTick()
        let now = time.now()
        // Backwards: a lane that ends itself is replaced by the last one, which was looked at.
        var index = lanes.count - 1
        while index >= 0 {
            lanes[index].sweep(at: now)
            index = min(index, lanes.count) - 1
        }
        if !trials.isEmpty { trials.removeAll { $0.sweep(at: now) } }
    }

    /// A trial goes on by itself.
    func keep(_ trial: TrialCall) { trials.append(trial) }

    /// It is over.
    func forget(_ trial: TrialCall) { trials.removeAll { $0 === trial } }

    private func stopTrials() {
        let (running, now) = (trials, time.now())
        trials = []
        for trial in running { trial.stop(at: now) }
    }

    /// Something was taken out of the pool.
    func tookOut(_ outage: Outage) {
        let now = time.now()
        // A copy: a lane that closes leaves the list.
        for lane in Array(lanes) { lane.tookOut(outage, at: now) }
    }

    /// Closes the connection that has been idle for longest, or has sent half a head; false where there is none.
    func makeRoom() -> Bool {
        guard let lane = idle.next(of: lanes) else { return false }
        context.telemetry.note(.idleClosed, at: time.now())
        lane.front.close()
        return true
    }

    /// From now on every answer is the last of its connection.
    func retireLanes() { for lane in Array(lanes) { lane.front.retire() } }

    /// Connections without a request end now, the others with their answers.
    func quiesceLanes() {
        // A copy: a lane that closes leaves the list.
        for lane in Array(lanes) { lane.front.quiesce() }
    }

    /// The grace is over: every running request ends now.
    func stopLanes() {
        // A copy: a lane that closes leaves the list.
        for lane in Array(lanes) { lane.stop() }
        stopTrials()
    }

    /// Nothing is left to wait for.
    func closeLanes() {
        for lane in Array(lanes) { lane.front.close() }
    }

    func shutdown() {
        ticking?.cancel()
        stopTrials()
        upstreams.shutdown()
        telemetry.flush()
    }

    /// From now on, also for requests under way: what is picked for them may be new.
    func use(_ setup: ServerSetup) {
        telemetry.adoptNames()
        upstreams.use(setup.parts.origins, tls: setup.tls)
        settings = ExchangeSettings.Shared(setup.parts.settings)
        reception.senders = setup.parts.settings.senders
        routes = setup.parts.routes
        for lane in lanes { lane.useRoutes(routes) }
    }

    func add(_ lane: HotLane) {
        lane.slot = lanes.count
        lanes.append(lane)
    }

    func remove(_ lane: HotLane) {
        guard lane.slot >= 0 else { return }
        let last = lanes.removeLast()
        if last !== lane {
            lanes[lane.slot] = last
            last.slot = lane.slot
        }
        lane.slot = -1
    }
}

/// SplitMix64 from a seed of the system: call ids must not repeat between two runs, and need no more than that.
struct SystemSeeded: RandomNumberGenerator {
    private var state: UInt64

    /// From the system's own chance.
    init() { self.init(seed: UInt64.random(in: 0...UInt64.max)) }
    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
