public import Balancer
public import Gateway
public import Ledger
public import LedgerStore
import Locking
import Logging
public import Telemetry
public import Upstream

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
    let settings: ExchangeSettings
    /// The answers that clients can go on from.
    let responses = KeptResponses()
    let telemetry: Telemetry
    /// For words about single requests; nil where nobody wants them.
    let debugLogger: Logger?
    let poolMetrics: PoolMetrics
    let origins: [UpstreamOrigin]
    let upstreamTLS: UpstreamTLS
    let resolver = HostResolver()
    let time: TimeSource
    private let currentRoutes: CurrentRoutes
    private let currentView = Locked(ConfigurationView())
    let loops: LoopDirectory
    let bodyThread: BodyThread
    /// Questions to boxes that run no model.
    let boxes: BoxCalls
    /// Questions for the number of tokens of a message.
    let counts: TokenCounts
    /// Pictures that stand on the web; nil where they are not fetched.
    let pictures: PictureFetch?
    /// The pulls of models under way.
    let pulls = PullGate(most: 8)
    /// How the gateway stands with its store.
    let standing: @Sendable () async -> StoreStanding
    /// Keys, teams and budgets, as the management routes see and change them.
    let desk: AdminDesk

    init(
        _ services: GatewayServices, configuration: ServerConfiguration, bodyThread: BodyThread = BodyThread()
    ) throws(UpstreamSettingsError) {
        self.configuration = configuration
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
        var settings = services.settings
        settings.shelf = responses
        self.settings = settings
        telemetry = services.telemetry
        debugLogger = services.telemetry.level <= .debug ? services.telemetry.logger("server") : nil
        poolMetrics = services.poolMetrics
        origins = services.origins
        upstreamTLS = try UpstreamTLS(for: services.origins)
        time = services.time
        let currentRoutes = CurrentRoutes(services.routes)
        self.currentRoutes = currentRoutes
        let look: @Sendable () -> PoolSnapshot = { [balancer = services.balancer] in
            Self.served(balancer.snapshot(), by: currentRoutes.table)
        }
        poolFeed = PoolFeed(time: services.time, look: look)
        history = PoolHistorian(time: services.time, look: look)
        loops = services.watch.loops
        boxes = services.boxes
        pictures = services.pictures
        counts = services.counts
        standing = services.standing
        desk = AdminDesk(
            ledger: services.ledger, store: services.store,
            facts: AdminDesk.Facts(
                requiresKey: services.admission.requiresKey, comparedModel: services.settings.comparedModel),
            catchUp: services.catchUp, logger: services.telemetry.logger("keys"))
    }

    /// Now, on both clocks.
    var ledgerTime: LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: time.unixSeconds()), ticks: time.now().nanoseconds)
    }

    /// The configuration in force, for people.
    var configurationView: ConfigurationView { currentView.withLock { $0 } }

    func show(_ view: ConfigurationView) { currentView.withLock { $0 = view } }

    /// The pool as everybody is shown it.
    var pool: PoolSnapshot { Self.served(balancer.snapshot(), by: routes) }

    /// Without models that no instance lists any more, and that nobody has configured. One with a lease that nobody settled
    /// stays, since that is a fault to be seen.
    private static func served(_ snapshot: PoolSnapshot, by routes: RouteTable) -> PoolSnapshot {
        var snapshot = snapshot
        snapshot.models.removeAll { !routes.serves($0.modelName) }
        snapshot.deployments.removeAll { !routes.serves($0.modelName) && $0.abandoned == 0 }
        return snapshot
    }

    /// The routes now; each loop keeps its own copy of the reference for the hot lane.
    var routes: RouteTable { currentRoutes.table }

    /// Returns once every loop uses the new table, which must hold all that the old one does, at the same positions.
    func replaceRoutes(_ routes: RouteTable) async throws {
        currentRoutes.use(routes)
        _ = try await loops.gather { $0.use(routes) }
    }
}

/// The parts that `Assembly` wired for the server.
public struct GatewayServices: Sendable {
    let balancer: PoolBalancer
    let admission: Admission
    let routes: RouteTable
    let settings: ExchangeSettings
    let telemetry: Telemetry
    let poolMetrics: PoolMetrics
    let watch: PoolWatch
    let origins: [UpstreamOrigin]
    let time: TimeSource
    let ledger: SpendLedger
    let store: any LedgerStore
    let catchUp: @Sendable () async throws(StoreError) -> Void
    let standing: @Sendable () async -> StoreStanding
    let boxes: BoxCalls
    let pictures: PictureFetch?
    let counts: TokenCounts

    /// - Parameters:
    ///   - origins: in the order of the balancer's instances.
    ///   - store: where the ledger is kept.
    ///   - catchUp: returns once the ledger has heard of all changes of the store.
    ///   - standing: how the gateway stands with its store.
    ///   - boxes: asks boxes what runs no model.
    ///   - counts: asks providers for the number of tokens of a message.
    ///   - pictures: fetches pictures from the web; nil: nobody does.
    public init(
        balancer: PoolBalancer, admission: Admission, routes: RouteTable, settings: ExchangeSettings,
        telemetry: Telemetry, poolMetrics: PoolMetrics, watch: PoolWatch, origins: [UpstreamOrigin], time: TimeSource,
        ledger: SpendLedger, store: any LedgerStore, catchUp: @escaping @Sendable () async throws(StoreError) -> Void,
        standing: @escaping @Sendable () async -> StoreStanding, boxes: BoxCalls,
        counts: TokenCounts = TokenCounts { _, _ in nil }, pictures: PictureFetch? = nil
    ) {
        self.standing = standing
        self.counts = counts
        self.pictures = pictures
        self.catchUp = catchUp
        self.ledger = ledger
        self.store = store
        self.boxes = boxes
        self.balancer = balancer
        self.admission = admission
        self.routes = routes
        self.settings = settings
        self.telemetry = telemetry
        self.poolMetrics = poolMetrics
        self.watch = watch
        self.origins = origins
        self.time = time
    }
}

/// The routes in force: looked at by whoever shows the pool, too.
final class CurrentRoutes: Sendable {
    private let current: Locked<RouteTable>

    init(_ table: RouteTable) { current = Locked(table) }

    var table: RouteTable { current.withLock { $0 } }

    func use(_ table: RouteTable) { current.withLock { $0 = table } }
}
