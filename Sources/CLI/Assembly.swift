import Balancer
import Config
import Gateway
import NIOCore
import Providers
import Server
import Upstream

/// Turns a configuration into the parts of a gateway: the only place that knows both.
struct Assembly {
    let configuration: Configuration
    let version: String

    /// Models whose every deployment needs a provider that this release does not have.
    private func notBuilt(_ model: Configuration.Model) -> String? {
        let providers = model.deployments.map { configuration.modelList[$0].provider }
        guard providers.allSatisfy({ !Self.isBuilt($0) }), let first = providers.first else { return nil }
        return "model `\(model.name)` needs the provider `\(first)`, which is not built yet in drover \(version)"
    }

    static func isBuilt(_ provider: String) -> Bool { ProviderKind(rawValue: provider) != nil }

    /// The `Authorization` of an instance: a line break at the end of a key's file or variable must not reach a header.
    static func bearer(_ key: Secret) -> String {
        let visible = key.reveal().unicodeScalars.filter { $0.isASCII && $0.value > 32 && $0.value != 127 }
        return "Bearer " + String(String.UnicodeScalarView(visible))
    }

    // MARK: Balancer

    var pool: PoolSpec {
        let router = configuration.routerSettings
        let drover = configuration.drover
        return PoolSpec(
            instances: configuration.instances.map { instance in
                InstanceSpec(
                    name: instance.name, apiBase: instance.baseURL?.description ?? "",
                    provider: instance.provider, probed: Self.isBuilt(instance.provider) && instance.baseURL != nil)
            },
            deployments: configuration.modelList.map(deployment),
            models: configuration.models.map { model in
                ModelSpec(
                    name: model.name, strategy: model.strategy.rawValue,
                    deployments: model.deployments.map { DeploymentID(index: $0) })
            },
            settings: BalancerSettings(
                fall: drover.probe.fall, rise: drover.probe.rise,
                breakersEnabled: drover.breaker.enabled && !router.disableCooldowns,
                connectionBreaker: BreakerSettings(
                    tripAfter: 1, thresholds: .none, open: drover.breaker.open, maxOpen: drover.breaker.maxOpen),
                retryBudget: RetryBudget(
                    percent: drover.retryBudget.map { Int($0.percent.rounded()) } ?? 100,
                    minimum: drover.retryBudget?.minimum ?? .max),
                maxWaiting: drover.queue.maxWaiting, maxWait: drover.queue.maxWait, saturationPause: .seconds(1),
                decisions: drover.decisions, protectsContext: drover.context == .protect),
            seed: UInt64.random(in: 0...UInt64.max), version: version)
    }

    func deployment(_ deployment: Configuration.Deployment) -> DeploymentSpec {
        let drover = configuration.drover.breaker
        return DeploymentSpec(
            id: deployment.id, modelName: deployment.modelName.value, upstreamModel: deployment.model.value,
            tag: deployment.tag, instance: InstanceID(index: deployment.instance), weight: deployment.weight,
            slots: deployment.slots, maxParallel: deployment.maxParallelRequests,
            unavailable: deployment.unavailable
                ?? (Self.isBuilt(deployment.provider)
                    ? nil : "the provider `\(deployment.provider)` is not built yet in drover \(version)"),
            // Without one of its own, breakers are off as a whole; the numbers only have to be valid.
            breaker: BreakerSettings(
                tripAfter: deployment.breaker?.tripAfter ?? drover.tripAfter, thresholds: .none,
                open: deployment.breaker?.open ?? drover.open,
                maxOpen: deployment.breaker?.maxOpen ?? drover.maxOpen),
            context: deployment.extras["num_ctx"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }, order: 0, rpm: nil,
            tpm: nil)
    }

    // MARK: Gateway

    var routes: RouteTable {
        var routes: [(name: String, route: RouteTable.Route)] = []
        for (index, model) in configuration.models.enumerated() {
            let limits = model.deployments.map { configuration.modelList[$0].timeout }
            routes.append(
                (
                    model.name,
                    route(
                        ModelID(index: index), model.name, model.strategy, class: model.requestClass,
                        timeout: limits.max(), notBuilt: notBuilt(model))
                ))
        }
        for alias in configuration.routerSettings.modelGroupAlias {
            guard let known = routes.first(where: { $0.name == alias.model.value }),
                !routes.contains(where: { $0.name == alias.name })
            else { continue }
            routes.append((alias.name, known.route))
        }
        let hidden = Set(configuration.routerSettings.modelGroupAlias.filter(\.hidden).map(\.name))
        return RouteTable(routes: routes, hidden: hidden, deployments: configuration.modelList.map(route))
    }

    /// The route of one name.
    func route(
        _ model: ModelID, _ name: String, _ strategy: RoutingStrategy, class requestClass: RequestClass,
        timeout: Duration?, notBuilt: String?
    ) -> RouteTable.Route {
        let isForecast = Strategies.named(strategy.rawValue)?.isForecast ?? false
        let queue = configuration.drover.queue
        return RouteTable.Route(
            model: model, name: name, notBuilt: notBuilt, isForecast: isForecast,
            serviceClass: ServiceClass(name: requestClass.rawValue) ?? .default,
            maxWait: isForecast && !queue.isMaxWaitSet ? nil : queue.maxWait, timeout: timeout)
    }

    func route(_ deployment: Configuration.Deployment) -> RouteTable.Deployment {
        let instance = configuration.instances[deployment.instance]
        var target: UpstreamTarget?
        if let kind = ProviderKind(rawValue: deployment.provider), let base = instance.baseURL {
            target = UpstreamTarget(
                provider: kind, tag: deployment.tag, pathPrefix: base.path, hostHeader: base.authority,
                authorization: deployment.apiKey.map { Self.bearer($0.value) },
                defaults: deployment.extras.compactMapValues { JSONText($0) },
                dropParams: deployment.dropParams, userAgent: "drover/\(version)")
        }
        return RouteTable.Deployment(
            target: target,
            limits: AttemptLimits(request: deployment.timeout, betweenPieces: deployment.streamTimeout),
            modelID: deployment.id, modelName: deployment.modelName.value,
            apiBase: instance.baseURL?.description ?? "", instanceName: instance.name)
    }

    var origins: [UpstreamOrigin] {
        configuration.instances.map { instance in
            // One without a base URL is never picked; its place in the order is what counts.
            UpstreamOrigin(
                host: instance.baseURL?.host ?? "localhost", port: instance.baseURL?.port ?? 1,
                usesTLS: instance.baseURL?.scheme == .https, connectTimeout: .seconds(2))
        }
    }

    var exchangeSettings: ExchangeSettings {
        ExchangeSettings(
            numRetries: configuration.routerSettings.numRetries,
            retryAfter: configuration.routerSettings.retryAfter,
            firstTokenDeadline: configuration.drover.firstTokenDeadline,
            totalTimeout: configuration.drover.totalTimeout, maximumAnswer: 256 << 20, largeBody: 1 << 20)
    }

    var serverLimits: ServerLimits {
        let limits = configuration.drover.limits
        return ServerLimits(
            maxBody: limits.maxBody, maxHeader: limits.maxHeader, headerTimeout: limits.headerTimeout,
            bodyTimeout: limits.bodyTimeout, idleTimeout: limits.idleTimeout, maxConnections: limits.maxConnections)
    }
}
