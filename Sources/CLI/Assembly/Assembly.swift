import Balancer
import Config
import Gateway
import Server
import Upstream

/// Turns a configuration into the parts of a gateway: the only place that knows both.
struct Assembly {
    let configuration: Configuration
    let version: String
    /// By the deployments' positions.
    let accounts: [DeploymentAccount]
    let prices: PriceBook
    private let proxies: ProxySettings

    /// - Parameter environment: all variables of the process.
    /// - Throws: a sentence for people, about a price map or a proxy that cannot be read.
    init(_ configuration: Configuration, version: String, environment: [String: String]) throws {
        self.configuration = configuration
        self.version = version
        let profiles = AWSProfiles(environment: environment)
        accounts = configuration.modelList.map { DeploymentAccount($0, profiles: profiles) }
        prices = try PriceBook(configuration)
        do {
            proxies = try ProxySettings(environment: environment)
        } catch {
            throw SetupFault(error.reason)
        }
    }

    // MARK: Upstream

    var origins: [UpstreamOrigin] {
        configuration.instances.map { instance in
            // One without a base URL is never picked; its place in the order is what counts.
            let host = instance.baseURL?.host ?? "localhost"
            let port = instance.baseURL?.port ?? 1
            let usesTLS = instance.baseURL?.scheme == .https
            return UpstreamOrigin(
                host: host, port: port, usesTLS: usesTLS, trust: UpstreamTrust(instance.trust),
                // Requests to a box inside do not go out to come back.
                proxy: instance.isLocal ? nil : proxies.proxy(for: host, port: port, usesTLS: usesTLS),
                connectTimeout: instance.isLocal ? .seconds(2) : .seconds(5))
        }
    }

    // MARK: Server

    var exchangeSettings: ExchangeSettings {
        var settings = ExchangeSettings(
            numRetries: configuration.routerSettings.numRetries,
            maxFallbacks: configuration.routerSettings.maxFallbacks, comparedPrice: prices.compared,
            retryAfter: configuration.routerSettings.retryAfter,
            firstTokenDeadline: configuration.drover.firstTokenDeadline,
            totalTimeout: configuration.drover.totalTimeout, maximumAnswer: 256 << 20, largeBody: 1 << 20)
        settings.saysStreamsCost = configuration.litellmSettings.includeCostInStreamingUsage
        return settings
    }

    var serverLimits: ServerLimits {
        let limits = configuration.drover.limits
        return ServerLimits(
            maxBody: limits.maxBody, maxHeader: limits.maxHeader, headerTimeout: limits.headerTimeout,
            bodyTimeout: limits.bodyTimeout, idleTimeout: limits.idleTimeout, maxConnections: limits.maxConnections)
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
