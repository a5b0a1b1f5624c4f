import Balancer
import Config
import Dialects
import Prober

/// The balancer's parts.
extension Assembly {
    var pool: PoolSpec {
        let router = configuration.routerSettings
        let drover = configuration.drover
        var settings = BalancerSettings(
            fall: drover.probe.fall, rise: drover.probe.rise,
            breakersEnabled: drover.breaker.enabled && !router.disableCooldowns,
            connectionBreaker: BreakerSettings(
                tripAfter: 1, thresholds: .none, open: drover.breaker.open, maxOpen: drover.breaker.maxOpen),
            retryBudget: RetryBudget(
                percent: drover.retryBudget.map { Int($0.percent.rounded()) } ?? 100,
                minimum: drover.retryBudget?.minimum ?? .max),
            maxWaiting: drover.queue.maxWaiting, maxWait: drover.queue.maxWait, saturationPause: .seconds(1),
            decisions: drover.decisions, protectsContext: drover.context == .protect)
        settings.usesCanaries = drover.usesCanaries && drover.learnsFirstToken
        return PoolSpec(
            instances: configuration.instances.map(instance),
            deployments: configuration.modelList.indices.map(deployment),
            models: configuration.models.map { model in
                ModelSpec(
                    name: model.name, strategy: model.strategy.rawValue,
                    deployments: model.deployments.map { DeploymentID(index: $0) })
            },
            settings: settings,
            seed: UInt64.random(in: 0...UInt64.max), version: version)
    }

    private func instance(_ instance: Configuration.Instance) -> InstanceSpec {
        let kind = probeKind(instance)
        return InstanceSpec(
            name: instance.name, apiBase: instance.place?.description ?? "", provider: instance.provider,
            probed: kind != nil, tagMatching: kind == .life ? .any : tagMatching(instance.provider),
            mayFallSilent: kind == .life,
            mayLoad: (kind == .models || kind == .life) && Providers.named(instance.provider)?.keepsModels != true,
            memory: instance.memory)
    }

    /// How the prober asks an instance; nil: not at all.
    private func probeKind(_ instance: Configuration.Instance) -> ProbeTarget.Kind? {
        guard instance.baseURL != nil else { return nil }
        return Providers.named(instance.provider).flatMap { ProbeTarget.Kind($0, isLocal: instance.isLocal) }
    }

    /// Tokens of the context that its requests ask for; nil where the instance decides.
    static func context(of deployment: Configuration.Deployment) -> Int? {
        deployment.extras["num_ctx"].flatMap { Int($0) }.flatMap { $0 > 0 ? $0 : nil }
    }

    func tagMatching(_ provider: String) -> TagMatching {
        Providers.named(provider).map { TagMatching($0) } ?? .any
    }

    private func deployment(_ index: Int) -> DeploymentSpec {
        spec(of: configuration.modelList[index], accounts[index])
    }

    /// A deployment for the balancer.
    func spec(of deployment: Configuration.Deployment, _ account: DeploymentAccount) -> DeploymentSpec {
        DeploymentSpec(
            id: deployment.id, modelName: deployment.modelName.value, upstreamModel: deployment.model.value,
            tag: deployment.tag, listedTag: tagMatching(deployment.provider).listed(deployment.tag),
            instance: InstanceID(index: deployment.instance), weight: deployment.weight, slots: deployment.slots,
            maxParallel: deployment.maxParallelRequests,
            unavailable: account.unavailable ?? obstacle(before: configuration.instances[deployment.instance])
                ?? (Providers.named(deployment.provider) == nil
                    ? "the provider `\(deployment.provider)` is not built yet in drover \(version)" : nil),
            breaker: breakerSettings(deployment.breaker),
            context: Self.context(of: deployment),
            // Where any has one, what has none comes last.
            order: deployment.order ?? .max, rpm: deployment.rpm, tpm: deployment.tpm)
    }

    /// A deployment's breaker. Without one of its own, breakers are off as a whole; the numbers only have to be valid.
    func breakerSettings(_ own: Configuration.Breaker?) -> BreakerSettings {
        let drover = configuration.drover.breaker
        return BreakerSettings(
            tripAfter: own?.tripAfter ?? drover.tripAfter,
            thresholds: configuration.routerSettings.allowedFailsPolicy.map { TripThresholds($0) } ?? .none,
            open: own?.open ?? drover.open,
            maxOpen: own?.maxOpen ?? drover.maxOpen)
    }

    /// The instances that the prober asks, and how. A cloud is never asked, so that its key goes nowhere without a client's
    /// request.
    ///
    /// - Parameter positions: where the instances stand in the pool.
    func probeTargets(at positions: [Int]) -> [ProbeTarget] {
        configuration.instances.enumerated().compactMap { index, instance in
            guard let kind = probeKind(instance), let base = instance.baseURL else { return nil }
            return ProbeTarget(
                instance: InstanceID(index: positions[index]), name: instance.name, baseURL: base.description,
                address: instance.address, authorization: account(of: index).bearer, kind: kind)
        }
    }

    /// The same where each stands at its position in the configuration.
    var probeTargets: [ProbeTarget] { probeTargets(at: Array(configuration.instances.indices)) }

    /// One instance, one key: the first deployment that has one lends it to what no deployment is about.
    func account(of instance: Int) -> UpstreamAccount {
        zip(configuration.entries, accounts + wildcardAccounts)
            .first { $0.instance == instance && $1.account.apiKey != nil }?.1.account ?? UpstreamAccount()
    }

    var probeSettings: ProbeSettings {
        let probe = configuration.drover.probe
        return ProbeSettings(
            interval: probe.interval, timeout: probe.timeout, fall: probe.fall, rise: probe.rise)
    }
}

extension TripThresholds {
    /// The configuration's own: so many failures are allowed, so the next one opens the breaker.
    init(_ policy: Configuration.AllowedFailsPolicy) {
        func threshold(_ kind: Configuration.ErrorKind) -> Int? { policy.allowed[kind].map { $0 + 1 } }
        self.init(
            timeout: threshold(.timeout), authentication: threshold(.authentication), notFound: threshold(.notFound),
            internalServer: threshold(.server), serviceUnavailable: threshold(.unavailable),
            badGateway: threshold(.badGateway))
    }
}
