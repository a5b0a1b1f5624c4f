import Balancer
import Gateway
import Ledger
import LedgerStore
import Locking
import Logging
import NIOCore
import Prober
import Server
import Telemetry
import Upstream

/// The gateway's own code, wired as `GatewayProcess` wires it, on the virtual loop.
final class SimulatedGateway {
    private(set) var parts: PoolParts
    let balancer: PoolBalancer
    let ledger: SpendLedger
    let log = LogFile()
    let telemetry: Telemetry
    private let driven: DrivenGateway
    private let prober: PoolProber
    private let requests: ProbeRequests
    private var roster: PoolRoster
    private var table: RouteTable
    private var probing: Task<Void, Never>?
    private let facts: FactCounter
    private let source: TimeSource

    /// - Parameters:
    ///   - dial: brings a connection to a box up.
    ///   - ask: carries a probe's request to a box.
    init(
        _ scenario: Scenario, _ time: VirtualTime, dial: @escaping (UpstreamChannel) -> Void,
        ask: @escaping ProbeExchange.Send
    ) throws {
        parts = PoolParts(scenario)
        let source = time.source
        self.source = source
        let pool = parts.pool
        roster = PoolRoster(pool)
        table = parts.routes
        telemetry = Telemetry(
            names: TelemetryNames(pool), sink: log.sink, level: .info, unixSeconds: source.unixSeconds)
        let requests = ProbeRequests()
        self.requests = requests
        let facts = FactCounter()
        self.facts = facts
        let metrics = PoolMetrics(
            pool: pool, logger: telemetry.logger("pool"), alert: { facts.note($0) },
            reprobe: { requests.probeNow($0) })
        let watch = PoolWatch(metrics, time: source)
        balancer = PoolBalancer(pool, time: source, observer: watch)
        ledger = try Self.ledger(scenario)
        var settings = parts.exchangeSettings
        if scenario.requiresKeys {
            settings.spending = Spending(ledger, budgetStatus: 400, unixSeconds: source.unixSeconds)
        }
        let services = GatewayServices(
            balancer: balancer,
            admission: Admission(
                masterKey: scenario.requiresKeys ? "sk-master" : nil, seed: scenario.seed,
                keys: Admission.Keys(ledger) { WallTime(unixSeconds: source.unixSeconds()) }),
            setup: GatewaySetup(
                routes: table, origins: parts.origins, settings: settings,
                boxes: BoxCalls(
                    placement: ModelPlacement(boxes: []),
                    send: { _, _ throws(BoxCalls.Failure) in throw BoxCalls.Failure("no such box") }, probe: { _ in }),
                counts: TokenCounts { _, _ in nil }),
            telemetry: telemetry, poolMetrics: metrics, watch: watch, time: source, ledger: ledger, store: NoStore(),
            catchUp: { () async throws(StoreError) in }, standing: { .none }, changes: .none)
        let limits = scenario.limits
        driven = try DrivenGateway(
            services,
            configuration: ServerConfiguration(
                host: "127.0.0.1", port: 4000, sharesPort: false, sockets: [], threads: 1,
                limits: ServerLimits(
                    maxBody: limits.maxBody, maxHeader: 8192, headerTimeout: limits.headerTimeout,
                    bodyTimeout: limits.bodyTimeout, idleTimeout: limits.idleTimeout, minClientRate: 0,
                    maxConnections: 1000, memory: .max),
                shutdownDelay: .zero, shutdownGrace: .seconds(5), tls: nil, publicMetrics: false, directSend: false),
            on: time.loop, seed: scenario.seed, dial: dial)
        prober = PoolProber(
            targets: parts.probeTargets, settings: parts.probeSettings, seed: scenario.seed, time: source,
            requests: requests, send: ask,
            observer: PoolProber.Observer(
                report: { [balancer] in await balancer.observe($0) },
                failed: { metrics.probeFailed($0, reason: $1.rawValue) }),
            logger: telemetry.logger("prober"))
    }

    private static func ledger(_ scenario: Scenario) throws -> SpendLedger {
        let began = WallTime(unixSeconds: VirtualTime.unixStart)
        let ledger = SpendLedger(LedgerState(origin: 1, at: began))
        for (index, plan) in scenario.keys.enumerated() {
            var key = VirtualKey(
                hash: hash(ofKey: index), name: "sk-...key\(index)", stamps: Stamps(at: began, by: "simulation"))
            key.localOnly = plan.isLocalOnly
            key.allowance.maxBudget = plan.budget.map { Money(picodollars: $0) }
            key.allowance.parallelRequests = plan.parallel
            key.allowance.requestsPerMinute = plan.requestsPerMinute
            key.models = plan.model.map { ["m\($0)"] } ?? []
            try ledger.apply(.putKey(key), at: began)
        }
        return ledger
    }

    static func hash(ofKey index: Int) -> KeyHash {
        var secret = World.secret(ofKey: index)
        return secret.withUTF8 { KeyHash(of: UnsafeRawBufferPointer($0)) }
    }

    // MARK: Working

    func begin() {
        let prober = prober
        probing = Task { await prober.run() }
    }

    func accept(_ channel: any Channel) throws { try driven.accept(channel) }

    func setDraining(_ draining: Bool, _ box: Int) {
        let balancer = balancer
        Task { _ = draining ? try? await balancer.drain("box-\(box)") : try? await balancer.undrain("box-\(box)") }
    }

    /// A deployment more, in the order of `TagExposer`.
    func add(_ deployment: Scenario.Deployment) {
        parts.add(deployment)
        let spec = parts.spec(parts.deployments.count - 1)
        telemetry.append(
            models: [], instances: [],
            deployments: [TelemetryNames.Deployment(model: deployment.model, instance: deployment.box)])
        roster.append(deployments: [spec], models: [])
        var known = roster
        use(at: known.change(to: parts.pool, free: FreePositions()).1)
        let balancer = balancer
        Task { await balancer.append(deployments: [spec], models: []) }
    }

    /// Another configuration, in the order of `GatewayKeeper`: first what is looked up by positions, then the pool, then its prober.
    /// False where a position has become another's.
    func reload(_ other: Scenario.Configuration) -> Bool {
        parts.take(other)
        let (change, positions) = roster.change(to: parts.pool, free: balancer.freePositions())
        use(at: positions)
        let (balancer, requests) = (balancer, requests)
        let (targets, settings) = (parts.probeTargets, parts.probeSettings)
        Task {
            await balancer.change(to: change)
            requests.use(targets, settings: settings)
        }
        return positions.instances == parts.present.boxes && positions.deployments == parts.present.deployments
    }

    private func use(at positions: PoolRoster.Positions) {
        table = parts.routes.moved(to: positions, over: table)
        driven.use(table)
    }

    /// Now, as the ledger reads it.
    var ledgerTime: LedgerTime {
        LedgerTime(wall: WallTime(unixSeconds: source.unixSeconds()), ticks: source.now().nanoseconds)
    }

    func stopLanes() { driven.stopLanes() }

    /// The answer to `GET /metrics`.
    func prometheus() -> ByteBuffer { ByteBuffer(bytes: driven.prometheus()) }

    /// Changes of the pool, by their kinds.
    var factCounts: [String: Int] { facts.counts }

    /// Ends it: nothing of it is left on the loop.
    func end() {
        probing?.cancel()
        driven.shutdown()
        log.sink.close()
    }
}

/// Counts the changes of the pool, for the census.
private final class FactCounter: Sendable {
    private let seen = Locked<[String: Int]>([:])

    var counts: [String: Int] { seen.withLock { $0 } }

    func note(_ fact: Fact) {
        let word = "\(fact)".prefix { $0 != "(" }
        seen.withLock { $0[String(word), default: 0] += 1 }
    }
}
