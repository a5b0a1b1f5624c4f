import Balancer
import Config
import Curl
import Exporters
import Gateway
import Ledger
import LedgerStore
import Logging
import Prober
import Server
import ServiceLifecycle
import Telemetry
import Upstream

/// A whole gateway, wired and not yet running: what `serve` starts, and tests start in process.
struct GatewayProcess {
    /// The command line's decisions.
    struct Options: Sendable {
        var host: String
        var port: Int
        var threads: Int
        var tls: ServerConfiguration.TLS?
        var directSend = true
        /// Beside `drover.reuse_port`.
        var sharesPort = false
        /// Sockets that listen already.
        var sockets: [Int32] = []
        /// All variables of the process: proxies, and where AWS keeps its profiles.
        var environment: [String: String] = [:]
        /// Reads the configuration as it is written now; nil where it is written nowhere.
        var read: ConfigurationReading?
        /// Finds the addresses of the host names that are followed.
        var lookUp = NameLookUp.system
    }

    let balancer: PoolBalancer
    let telemetry: Telemetry
    let server: GatewayServer
    private let prober: PoolProber
    private let book: LedgerBook
    private let curl: CurlMulti
    /// For addresses that clients give: no connection of it leads inside.
    private let webCurl: CurlMulti?
    private let exports: ExportService?
    /// Of an identity provider; nil where nobody signs in by a token.
    private let keySets: KeySetKeeper?
    private let door = ReloadDoor()
    private let addresses: AddressKeeper

    init(
        _ written: Configuration, options: Options, telemetry makeTelemetry: (TelemetryNames) -> Telemetry,
        masterKey: String?, time: TimeSource = .live, onListening: @escaping @Sendable (Int) -> Void
    ) async throws {
        let addresses = AddressKeeper(options.lookUp, time: time)
        let configuration = await addresses.prepare(written)
        await addresses.follow(written)
        let assembly = try Assembly(
            configuration, version: Drover.release, environment: options.environment)
        let pool = assembly.pool
        let telemetry = makeTelemetry(TelemetryNames(PoolRoster(pool)) { assembly.address(of: $0) })
        let requests = ProbeRequests()
        let exports = assembly.exporters(telemetry, time: time)
        let metrics = PoolMetrics(
            pool: pool, logger: telemetry.logger("pool"), alert: { exports?.alerts.note($0) },
            reprobe: { requests.probeNow($0) })
        let watch = PoolWatch(metrics, time: time)
        let balancer = PoolBalancer(pool, time: time, observer: watch)
        for fault in assembly.proxies.faults { telemetry.logger("proxy").warning("\(fault)") }
        for warning in assembly.prices.warnings { telemetry.logger("prices").warning("\(warning)") }
        // Budgets of the configuration hold for everybody who is let in, with a key or without.
        let keepsBook = masterKey != nil || assembly.ledgerSettings.bindsMoney
        let book = try await LedgerBook(
            assembly, isUsed: keepsBook || assembly.meetsOthers, asksForKeys: masterKey != nil, pool: balancer,
            time: time, logger: telemetry.logger("ledger"), alert: { exports?.alerts.note($0) })
        let ledger = book.ledger
        var settings = assembly.exchangeSettings
        if keepsBook {
            settings.spending = Spending(
                ledger, budgetStatus: configuration.litellmSettings.budgetExceededStatus,
                words: assembly.wordKeeping,
                offload: { work in Task.detached(priority: .utility) { work() } }, unixSeconds: time.unixSeconds)
        }
        let positions = PoolRoster.Positions(pool)
        let targets = assembly.probeTargets(at: positions.instances)
        let curl = CurlMulti(maximumIdleConnections: max(16, targets.count))
        let webCurl =
            configuration.drover.fetchesImages
            ? CurlMulti(maximumIdleConnections: 1, maximumConnections: PictureFetcher.mostAtOnce) : nil
        let signIn = try assembly.signIn(curl, time: time, logger: telemetry.logger("sign-in"))
        let setup = GatewaySetup(
            routes: assembly.routes, origins: assembly.origins, settings: settings,
            boxes: assembly.boxCalls(curl, requests, at: positions.instances),
            counts: assembly.tokenCounts(curl, at: positions.deployments))
        let keeping = await assembly.keeping(
            besideLedger: keepsBook || assembly.meetsOthers, time: time, logger: telemetry.logger("kept"))
        let services = GatewayServices(
            balancer: balancer,
            admission: Admission(
                masterKey: masterKey, seed: .random(in: 0...(.max)), keys: Admission.Keys(ledger) { time.wallTime },
                tokens: signIn?.0),
            setup: setup, telemetry: telemetry, poolMetrics: metrics, watch: watch, time: time, ledger: ledger,
            store: book.store,
            catchUp: { [keeper = book.keeper] () async throws(StoreError) in try await keeper.catchUp() },
            standing: { await book.standing() },
            pictures: webCurl.map { curl in
                let fetcher = PictureFetcher(curl: curl)
                return PictureFetch { fetcher.fetch($0, $1) }
            },
            keeping: keeping,
            changes: GatewayChanges(
                reload: { [door] in await door.reload() },
                faults: { [door] in await door.faults(of: $0, beside: $1) },
                takeModels: { [door] in await door.takeModels() }))
        let (limits, shortage) = assembly.serverLimits(descriptors: OpenFiles.limit, memory: MachineMemory.limit)
        if let shortage { telemetry.logger("limits").warning("\(shortage)") }
        // A process that comes shares the port while this one ends: until the last connection of this one's is accepted.
        let sharesPort = options.sharesPort || configuration.drover.reusesPort
        let server = try GatewayServer(
            services,
            configuration: ServerConfiguration(
                host: options.host, port: options.port, sharesPort: sharesPort, sockets: options.sockets,
                threads: options.threads, limits: limits,
                shutdownDelay: max(configuration.drover.shutdownDelay, sharesPort ? .seconds(1) : .zero),
                shutdownGrace: configuration.drover.shutdownGrace, tls: options.tls,
                publicMetrics: configuration.drover.publicMetrics, directSend: options.directSend),
            onListening: onListening)
        let keeper = GatewayKeeper(
            assembly, writtenAs: written, pool: pool, setup: setup,
            parts: GatewayKeeper.Parts(
                balancer: balancer, telemetry: telemetry, metrics: metrics, server: server, requests: requests,
                curl: curl, ledger: ledger, spends: keepsBook, time: time, environment: options.environment,
                addresses: addresses),
            read: options.read)
        door.open(to: keeper)
        await addresses.open(to: door, logger: telemetry.logger("discovery"))
        self.addresses = addresses
        prober = PoolProber(
            targets: targets, settings: assembly.probeSettings, seed: pool.seed, time: time, requests: requests,
            curl: curl,
            observer: PoolProber.Observer(
                report: { await keeper.observe($0) },
                failed: { metrics.probeFailed($0, reason: $1.rawValue) },
                canary: { balancer.beginCanary(on: $0) }, canaryEnded: { balancer.endCanary($0, answeredIn: $1) }),
            logger: telemetry.logger("prober"))
        self.curl = curl
        self.webCurl = webCurl
        self.exports = exports?.service
        keySets = signIn?.1
        self.book = book
        self.balancer = balancer
        self.telemetry = telemetry
        self.server = server
        await keeper.begin()
    }

    /// The services that run; stopped in the reverse order, so that probes go on while requests end, and what they cost is
    /// written and told after the last of them.
    var services: [any Service] {
        let follower: [any Service] = [ModelFollower(ledger: book.ledger, door: door), addresses]
        return (exports.map { [$0] } ?? []) + [book] + follower + [prober] + (keySets.map { [$0] } ?? []) + [server]
    }

    /// SIGHUP: reads the certificate anew, where there is one, and the configuration.
    func hangUp() async {
        let logger = telemetry.logger("process")
        do {
            if try server.reloadCertificate() { logger.notice("SIGHUP: the certificate was read anew") }
        } catch {
            logger.error(
                "SIGHUP: the certificate or its key cannot be used, and the one before stays",
                metadata: ["error": "\(error)"])
        }
        _ = await reload()
    }

    /// Reads the configuration anew. One that is asked for while another runs comes after it.
    func reload() async -> ReloadReport { await door.reload() }

    /// After the services have ended: writes what is left of the log and ends the threads.
    func close() {
        curl.stop()
        webCurl?.stop()
        telemetry.sink.close()
    }
}
