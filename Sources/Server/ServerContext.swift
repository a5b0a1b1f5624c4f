public import Balancer
public import Gateway
public import Ledger
public import LedgerStore
import Locking
import Logging
public import Telemetry
import Upstream

/// Things that all event loops and routes share.
final class ServerContext: Sendable {
    let configuration: ServerConfiguration
    let balancer: PoolBalancer
    let admission: Admission
    /// Those who are logged in to the dashboard.
    let sessions: Sessions
    /// The pool as it changes, for the pages that show it.
    let poolFeed: PoolFeed
    /// The last day of each box.
    let history: PoolHistorian
    let keyWatch: KeyWatch
    let access: AccessPolicy
    let serverRoutes: ServerRoutes
    /// The answers that clients can go on from.
    let responses: KeptResponses
    private let shelf: (any ResponseShelf)?
    /// Write down what shall outlive the process, or be shared with others.
    let keptWriters: [KeptWriter]
    /// Looks for those that other gateways have kept; nil where each keeps its own.
    let recall: ResponseRecall?
    let telemetry: Telemetry
    /// For words about single requests; nil where nobody wants them.
    let debugLogger: Logger?
    let poolMetrics: PoolMetrics
    let resolver = HostResolver()
    let time: TimeSource
    private let current: CurrentSetup
    private let currentView = Locked(ConfigurationView())
    let loops: LoopDirectory
    let bodyThread: BodyThread
    /// The connections of the port.
    let gate: ConnectionGate
    /// The bytes that they may hold.
    let memory: MemoryBudget
    private let leaving = Latch()
    /// Pictures that stand on the web; nil where they are not fetched.
    let pictures: PictureFetch?
    /// The pulls of models under way.
    let pulls = PullGate(most: 8)
    /// How the gateway stands with its store.
    let standing: @Sendable () async -> StoreStanding
    /// Keys, teams and budgets, as the management routes see and change them.
    let desk: AdminDesk
    /// The way to another configuration.
    let changes: GatewayChanges

    init(
        _ services: GatewayServices, configuration: ServerConfiguration, bodyThread: BodyThread = BodyThread()
    ) throws(UpstreamSettingsError) {
        self.configuration = configuration
        gate = ConnectionGate(most: configuration.limits.maxConnections)
        let memory = MemoryBudget(limit: configuration.limits.memory)
        self.memory = memory
        self.bodyThread = bodyThread
        balancer = services.balancer
        let sessions = Sessions(time: services.time)
        self.sessions = sessions
        admission = services.admission.taking(ticketsOf: sessions)
        keyWatch = KeyWatch(
            requiresKey: services.admission.requiresKey, time: services.time,
            logger: services.telemetry.logger("keys"))
        access = AccessPolicy(
            requiresKey: services.admission.requiresKey, host: configuration.host, machine: .ofTheSystem())
        serverRoutes = ServerRoutes(publicMetrics: configuration.publicMetrics)
        telemetry = services.telemetry
        debugLogger = services.telemetry.level <= .debug ? services.telemetry.logger("server") : nil
        poolMetrics = services.poolMetrics
        time = services.time
        let keeping = services.keeping
        let responses = KeptResponses(in: keeping.place, requiresKey: services.admission.requiresKey)
        self.responses = responses
        shelf = keeping.responses == .off ? nil : responses
        let current = CurrentSetup(try ServerSetup(services.setup, shelf: shelf))
        self.current = current
        let look: @Sendable () -> PoolSnapshot = { [balancer = services.balancer] in
            Self.served(balancer.snapshot(), by: current.setup.parts.routes)
        }
        poolFeed = PoolFeed(time: services.time, look: look)
        let history = PoolHistorian(time: services.time, look: look)
        self.history = history
        keptWriters = Self.writers(of: keeping, responses, history, services)
        recall = keeping.shared.map { [memory, telemetry] in
            ResponseRecall(responses, in: $0, memory: memory, time: services.time) {
                telemetry.note(.memoryRefused, at: services.time.now())
            }
        }
        loops = services.watch.loops
        pictures = services.pictures
        changes = services.changes
        standing = services.standing
        desk = AdminDesk(
            ledger: services.ledger, store: services.store,
            facts: AdminDesk.Facts(
                requiresKey: services.admission.requiresKey,
                comparedModel: { current.setup.parts.settings.comparedModel }),
            changes: services.changes, catchUp: services.catchUp,
            rest: { [time = services.time] in try? await time.sleep(time.now() + $0) },
            logger: services.telemetry.logger("keys"))
    }

    private static func writers(
        of keeping: Keeping, _ responses: KeptResponses, _ history: PoolHistorian, _ services: GatewayServices
    ) -> [KeptWriter] {
        let (time, logger) = (services.time, services.telemetry.logger("kept"))
        let file = keeping.store.map { store in
            let isShared = keeping.shared != nil
            let source = KeptWriter.Source(
                restore: { rows in
                    responses.restore(rows.answers, at: ledgerTime(time))
                    history.restore(rows)
                },
                changes: { isLast in
                    var changes = isShared ? responses.disowned() : responses.changes(at: ledgerTime(time))
                    (changes.spans, changes.moves) = history.changes(isLast: isLast)
                    return changes
                })
            return KeptWriter(source, store: store, time: time, logger: logger)
        }
        let database = keeping.shared.map { store in
            let source = KeptWriter.Source(
                restore: { _ in }, changes: { _ in responses.changes(at: ledgerTime(time)) },
                confirmed: { responses.confirm() })
            // A client that goes on at once may reach another gateway.
            return KeptWriter(
                source, store: store, every: .milliseconds(50), time: time, logger: logger, words: .database)
        }
        return [file, database].compactMap { $0 }
    }

    /// Now, on both clocks.
    var ledgerTime: LedgerTime { Self.ledgerTime(time) }

    private static func ledgerTime(_ time: TimeSource) -> LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: time.unixSeconds()), ticks: time.now().nanoseconds)
    }

    /// The process is to end: who asks whether it is ready is told no, and answers are the last ones of their connections.
    var isLeaving: Bool { leaving.isOpen }

    func leave() { leaving.open() }

    /// Rows for those whom a token has named first.
    var newcomers: NewcomerDesk { NewcomerDesk(desk: desk, time: time) { [time] in Self.ledgerTime(time) } }

    /// The configuration in force, for people.
    var configurationView: ConfigurationView { currentView.withLock { $0 } }

    func show(_ view: ConfigurationView) { currentView.withLock { $0 = view } }

    /// The pool as everybody is shown it.
    var pool: PoolSnapshot { Self.served(balancer.snapshot(), by: routes) }

    /// Without models that no instance lists any more, and that nobody has configured. A deployment of one stays while
    /// requests run there, so that the rows add up; one with a lease that nobody settled is a fault to be seen.
    private static func served(_ snapshot: PoolSnapshot, by routes: RouteTable) -> PoolSnapshot {
        var snapshot = snapshot
        snapshot.models.removeAll { !routes.serves($0.modelName) }
        snapshot.deployments.removeAll { !routes.serves($0.modelName) && $0.abandoned == 0 && $0.inFlight == 0 }
        return snapshot
    }

    /// The parts that follow the configuration, as they are now; each loop keeps what the hot lane needs.
    var setup: ServerSetup { current.setup }

    /// The routes now.
    var routes: RouteTable { setup.parts.routes }

    /// Questions to boxes that run no model.
    var boxes: BoxCalls { setup.parts.boxes }

    /// Questions for the number of tokens of a message.
    var counts: TokenCounts { setup.parts.counts }

    /// Another table with the rest as it is; the loops have yet to use it.
    func change(to routes: RouteTable) -> ServerSetup { current.use(routes) }

    /// Returns once every loop uses the new table, which must hold all that the old one does, at the same positions.
    func replaceRoutes(_ routes: RouteTable) async throws {
        let setup = change(to: routes)
        _ = try await loops.gather { $0.use(setup) }
    }

    /// Makes what a change needs, before anything changes.
    /// - Throws: where a certificate bundle cannot be used.
    func prepare(_ parts: GatewaySetup) throws(UpstreamSettingsError) -> ServerSetup {
        try ServerSetup(parts, shelf: shelf)
    }

    /// Returns once every loop uses the new parts.
    func change(to setup: ServerSetup) async throws {
        current.use(setup)
        _ = try await loops.gather { $0.use(setup) }
    }
}

/// The parts that `Assembly` wired for the server.
public struct GatewayServices: Sendable {
    let balancer: PoolBalancer
    let admission: Admission
    let setup: GatewaySetup
    let telemetry: Telemetry
    let poolMetrics: PoolMetrics
    let watch: PoolWatch
    let time: TimeSource
    let ledger: SpendLedger
    let store: any LedgerStore
    let catchUp: @Sendable () async throws(StoreError) -> Void
    let standing: @Sendable () async -> StoreStanding
    let pictures: PictureFetch?
    let keeping: Keeping
    let changes: GatewayChanges

    /// - Parameters:
    ///   - setup: the parts that follow the configuration.
    ///   - store: where the ledger is kept.
    ///   - catchUp: returns once the ledger has heard of all changes of the store.
    ///   - standing: how the gateway stands with its store.
    ///   - pictures: fetches pictures from the web; nil: nobody does.
    ///   - keeping: what outlives the process beside the ledger.
    ///   - changes: reads the configuration anew.
    public init(
        balancer: PoolBalancer, admission: Admission, setup: GatewaySetup, telemetry: Telemetry,
        poolMetrics: PoolMetrics, watch: PoolWatch, time: TimeSource,
        ledger: SpendLedger, store: any LedgerStore, catchUp: @escaping @Sendable () async throws(StoreError) -> Void,
        standing: @escaping @Sendable () async -> StoreStanding, pictures: PictureFetch? = nil,
        keeping: Keeping = Keeping(), changes: GatewayChanges
    ) {
        self.standing = standing
        self.changes = changes
        self.pictures = pictures
        self.keeping = keeping
        self.catchUp = catchUp
        self.ledger = ledger
        self.store = store
        self.balancer = balancer
        self.admission = admission
        self.setup = setup
        self.telemetry = telemetry
        self.poolMetrics = poolMetrics
        self.watch = watch
        self.time = time
    }
}
