import Balancer
import Config
import Gateway
import Server
import Upstream

/// Turns a configuration into the parts of a gateway: the only place that knows both.
struct Assembly: Sendable {
    let configuration: Configuration
    let version: String
    /// By the deployments' positions.
    let accounts: [DeploymentAccount]
    /// Those of `Configuration.wildcards`.
    let wildcardAccounts: [DeploymentAccount]
    let prices: PriceBook
    let proxies: ProxySettings
    /// The names by which sums are kept: the same while the process runs.
    let keptNames: KnownNames

    /// - Parameters:
    ///   - environment: all variables of the process.
    ///   - keptNames: of the assembly before, if there is one.
    /// - Throws: a sentence for people, about a price map that cannot be read.
    init(_ configuration: Configuration, version: String, environment: [String: String], keptNames: KnownNames? = nil)
        throws
    {
        self.keptNames = keptNames ?? KnownNames(most: 1000)
        self.configuration = configuration
        self.version = version
        let profiles = AWSProfiles(environment: environment)
        accounts = configuration.modelList.map { DeploymentAccount($0, profiles: profiles) }
        wildcardAccounts = configuration.wildcards.map { DeploymentAccount($0, profiles: profiles) }
        prices = try PriceBook(configuration)
        proxies = ProxySettings(environment: environment)
    }

    // MARK: Upstream

    /// By the instances' positions.
    var origins: [UpstreamOrigin] {
        configuration.instances.map { instance in
            // One without a base URL is never picked; its place in the order is what counts.
            UpstreamOrigin(
                host: instance.baseURL?.host ?? "localhost", address: instance.address,
                port: instance.baseURL?.port ?? 1,
                usesTLS: instance.baseURL?.scheme == .https, trust: UpstreamTrust(instance.trust),
                route: route(to: instance), connectTimeout: instance.isLocal ? .seconds(2) : .seconds(5))
        }
    }

    /// Requests to a box inside do not go out to come back.
    private func route(to instance: Configuration.Instance) -> UpstreamRoute {
        guard !instance.isLocal, let base = instance.baseURL else { return .direct }
        return proxies.route(
            to: base.host, port: base.port, usesTLS: base.scheme == .https, trust: UpstreamTrust(instance.trust))
    }

    /// Why an instance cannot be reached from here whatever it does; nil where it can.
    func obstacle(before instance: Configuration.Instance) -> String? {
        if case .none(let reason) = route(to: instance) { reason } else { nil }
    }

    // MARK: Server

    var exchangeSettings: ExchangeSettings {
        var settings = ExchangeSettings(
            numRetries: configuration.routerSettings.numRetries,
            maxFallbacks: configuration.routerSettings.maxFallbacks, comparedPrice: prices.compared,
            retryAfter: configuration.routerSettings.retryAfter,
            firstTokenDeadline: configuration.drover.firstTokenDeadline,
            totalTimeout: configuration.drover.totalTimeout,
            pingInterval: configuration.litellmSettings.pingInterval, maximumAnswer: 256 << 20, largeBody: 1 << 20)
        settings.objective = configuration.drover.queue.objective
        settings.learnsFirstToken = configuration.drover.learnsFirstToken
        settings.comparedModel = configuration.drover.compareWith?.value
        settings.saysStreamsCost = configuration.litellmSettings.includeCostInStreamingUsage
        settings.fetchesPictures = configuration.drover.fetchesImages
        settings.traces = traceSampler
        settings.senders = SenderHeaders(
            customers: configuration.generalSettings.customerHeaders, users: configuration.generalSettings.userHeaders)
        settings.tellsPrompts = configuration.drover.exportsPrompts && configuration.exports.tellsRequests
        settings.mendsCalls = configuration.drover.toolCallRepair != .off
        settings.asksCallsAgain = configuration.drover.toolCallRepair == .ask
        return settings
    }

    /// - Parameters:
    ///   - descriptors: how many the process may have.
    ///   - memory: how many bytes the process may have.
    /// - Returns: with them a sentence where fewer connections than the configuration wants have room.
    func serverLimits(descriptors: Int, memory: Int) -> (ServerLimits, shortage: String?) {
        let limits = configuration.drover.limits
        let room = ConnectionRoom(descriptors: descriptors, instances: configuration.instances.count)
        let most = min(limits.maxConnections ?? ConnectionRoom.usual, room.most)
        let wanted = limits.maxConnections.flatMap { $0 > most ? $0 : nil }
        let shortage = wanted.map {
            "drover.limits.max_connections is \($0), and the limit of open files (\(descriptors)) has room for \(most) beside "
                + "the instances' own; raise it (ulimit -n, LimitNOFILE=)"
        }
        let budget =
            switch limits.memory {
            case .automatic: memory / 2
            case .bytes(let bytes): bytes
            case .off: Int.max
            }
        let server = ServerLimits(
            maxBody: limits.maxBody, maxHeader: limits.maxHeader, headerTimeout: limits.headerTimeout,
            bodyTimeout: limits.bodyTimeout, idleTimeout: limits.idleTimeout, minClientRate: limits.minClientRate,
            maxConnections: most, memory: budget)
        return (server, shortage)
    }
}

extension UpstreamTrust {
    init(_ trust: Configuration.Trust) {
        self =
            switch trust {
            case .system: .system
            case .bundle(let path): .bundle(path: path)
            case .unverified: .unverified
            }
    }
}
