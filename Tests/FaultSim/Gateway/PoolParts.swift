import Balancer
import Dialects
import Gateway
import Ledger
import Prober
import Upstream

/// The pool and the routes of a scenario, as `Assembly` makes them of a configuration.
struct PoolParts {
    let scenario: Scenario
    /// By their positions, with those that are left out.
    private(set) var deployments: [Scenario.Deployment]
    /// By model.
    private(set) var strategies: [String]
    /// The boxes that are left out.
    private(set) var without: Set<Int> = []
    private let breaker: BreakerSettings

    init(_ scenario: Scenario) {
        self.scenario = scenario
        deployments = scenario.deployments
        strategies = scenario.models.map(\.strategy)
        breaker = BreakerSettings(
            tripAfter: scenario.limits.tripAfter, thresholds: .none, open: scenario.limits.breakerOpen,
            maxOpen: scenario.limits.breakerOpen * 4)
    }

    mutating func add(_ deployment: Scenario.Deployment) { deployments.append(deployment) }

    static func tag(_ model: Int) -> String { "tag-m\(model)" }

    /// Takes up another configuration; what it does not name is as in the first one.
    mutating func take(_ other: Scenario.Configuration) {
        without = other.without
        for (index, first) in scenario.deployments.enumerated() {
            deployments[index] = first
            if let bounds = other.bounds[index] { deployments[index].take(bounds) }
        }
        strategies = scenario.models.indices.map { other.strategies[$0] ?? scenario.models[$0].strategy }
    }

    /// The boxes, and the positions of the deployments, that are in the configuration now.
    var present: (boxes: [Int], deployments: [Int]) {
        (
            scenario.boxes.indices.filter { !without.contains($0) },
            deployments.indices.filter { !without.contains(deployments[$0].box) }
        )
    }

    /// As a configuration says it: what is left out has no place in it.
    var pool: PoolSpec {
        let limits = scenario.limits
        let (boxes, places) = present
        return PoolSpec(
            instances: boxes.map { index in
                let box = scenario.boxes[index]
                return InstanceSpec(
                    name: "box-\(index)", apiBase: "http://box-\(index)", provider: box.provider, probed: box.isLocal,
                    tagMatching: box.kind == .ollama ? .ollama : .exact)
            },
            deployments: places.map { place in
                var spec = spec(place)
                spec.instance = InstanceID(index: boxes.firstIndex(of: deployments[place].box)!)
                return spec
            },
            models: strategies.enumerated().map { index, strategy in
                ModelSpec(
                    name: "m\(index)", strategy: strategy,
                    deployments: places.indices.filter { deployments[places[$0]].model == index }.map {
                        DeploymentID(index: $0)
                    })
            },
            settings: BalancerSettings(
                fall: limits.fall, rise: limits.rise, breakersEnabled: limits.breakers, connectionBreaker: breaker,
                retryBudget: RetryBudget(percent: limits.retryPercent, minimum: limits.retryMinimum),
                maxWaiting: limits.maxWaiting, maxWait: limits.maxWait, saturationPause: .seconds(1),
                decisions: limits.decisions, protectsContext: limits.protectsContext),
            seed: scenario.seed, version: "simulation")
    }

    func spec(_ index: Int) -> DeploymentSpec {
        let deployment = deployments[index]
        let box = scenario.boxes[deployment.box]
        let tag = Self.tag(deployment.model)
        return DeploymentSpec(
            id: "d\(index)", modelName: "m\(deployment.model)", upstreamModel: "\(box.provider)/\(tag)", tag: tag,
            listedTag: box.kind == .ollama ? tag + ":latest" : tag, instance: InstanceID(index: deployment.box),
            weight: deployment.weight, slots: deployment.slots, maxParallel: deployment.cap, unavailable: nil,
            breaker: breaker,
            context: nil, order: deployment.order, rpm: deployment.rpm, tpm: deployment.tpm)
    }

    var routes: RouteTable {
        let limits = scenario.limits
        return RouteTable(
            routes: scenario.models.enumerated().map { index, model in
                var rules = RouteRules(
                    fallbacks: FallbackLists(general: [], contextWindow: [], contentPolicy: []), retries: [:],
                    overflow: nil, confinement: model.isLocalOnly ? .model : [], checksContext: false, tagFilter: nil)
                rules.fallbacks.general = model.fallbacks.map { "m\($0)" }
                if let overflow = model.overflow {
                    rules.overflow = Overflow(
                        model: "m\(overflow.model)", after: overflow.after, takesEmbeddings: false)
                }
                return (
                    "m\(index)",
                    RouteTable.Route(
                        model: ModelID(index: index), name: "m\(index)", notBuilt: nil,
                        needs: Strategies.named(strategies[index])?.needs ?? [], serviceClass: .default, rules: rules,
                        maxWait: limits.maxWait, timeout: limits.request)
                )
            },
            deployments: present.deployments.map(entry))
    }

    /// The instances that the prober asks.
    var probeTargets: [ProbeTarget] {
        present.boxes.filter { scenario.boxes[$0].isLocal }.map { index in
            ProbeTarget(
                instance: InstanceID(index: index), name: "box-\(index)", baseURL: "http://box-\(index)",
                authorization: nil, kind: scenario.boxes[index].kind == .ollama ? .ollama : .models)
        }
    }

    var probeSettings: ProbeSettings {
        let limits = scenario.limits
        return ProbeSettings(
            interval: limits.probeInterval, timeout: .seconds(1), fall: limits.fall, rise: limits.rise)
    }

    private func entry(_ index: Int) -> RouteTable.Deployment {
        let deployment = deployments[index]
        let box = scenario.boxes[deployment.box]
        let target = UpstreamTarget(
            UpstreamPlace(
                provider: Providers.named(box.provider)!, tag: Self.tag(deployment.model),
                pathPrefix: box.kind == .openAI ? "/v1" : "", hostHeader: "box-\(deployment.box)",
                isLocal: box.isLocal),
            account: UpstreamAccount(apiKey: box.isLocal ? nil : "sk-cloud"), defaults: [:], dropParams: true,
            userAgent: "drover/simulation")
        let price = Money(picodollars: deployment.price)
        return RouteTable.Deployment(
            model: ModelID(index: deployment.model), target: target, maxInputTokens: nil, tags: [],
            price: deployment.price == 0 ? .free : Price(input: price, output: price),
            limits: AttemptLimits(request: scenario.limits.request, betweenPieces: scenario.limits.betweenPieces),
            modelID: "d\(index)", modelName: "m\(deployment.model)", apiBase: "http://box-\(deployment.box)",
            instanceName: "box-\(deployment.box)")
    }

    var origins: [UpstreamOrigin] {
        scenario.boxes.indices.map {
            UpstreamOrigin(
                host: "box-\($0)", port: 11434, usesTLS: false, trust: .system, route: .direct,
                connectTimeout: .seconds(2))
        }
    }

    var exchangeSettings: ExchangeSettings {
        let limits = scenario.limits
        var settings = ExchangeSettings(
            numRetries: limits.retries, maxFallbacks: 5, comparedPrice: nil, retryAfter: .zero,
            firstTokenDeadline: limits.firstToken, totalTimeout: limits.total, pingInterval: limits.ping,
            maximumAnswer: 1 << 20, largeBody: limits.largeBody)
        settings.learnsFirstToken = limits.hedges && limits.firstToken == nil
        return settings
    }
}
