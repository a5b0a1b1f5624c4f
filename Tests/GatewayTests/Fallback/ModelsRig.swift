import Balancer
import Dialects
import Gateway
import Ledger
import NIOCore
import TestSupport

/// Several models, each on instances of its own, inside or outside; a clock that stands, and exchanges that run on them.
struct ModelsRig {
    /// One model: its name, its instances (true: inside), and what holds for it.
    struct Model {
        var name: String
        var inside: [Bool]
        var rules = RouteRules.none
        var cap: Int?
        var rpm: Int?
        var tpm: Int?
        var maxInputTokens: Int?
        var tags: [String] = []
        var strategy = "least-busy"
        var slots: Int?
        var price = Price.free
        /// Of its instances one by one, where they differ.
        var prices: [Price] = []
        var provider = ProviderProfile.ollama
        var makesEmbeddingsOnly = false
    }

    let clock = ManualClock()
    let balancer: PoolBalancer
    let routes: RouteTable
    var settings: ExchangeSettings
    /// The model that an instance serves.
    let owners: [String]

    /// - Parameter probes: whether boxes are probed, so that their tags are unknown until a probe has listed them.
    init(
        _ models: [Model], aliases: [String: String] = [:], retries: Int = 2, maxFallbacks: Int = 5,
        probes: Bool = false
    ) {
        let breaker = BreakerSettings(tripAfter: 5, thresholds: .none, open: .seconds(30), maxOpen: .seconds(300))
        var instances: [InstanceSpec] = []
        var deployments: [DeploymentSpec] = []
        var specs: [ModelSpec] = []
        var entries: [RouteTable.Deployment] = []
        var routes: [(name: String, route: RouteTable.Route)] = []
        var owners: [String] = []
        for (index, model) in models.enumerated() {
            var own: [DeploymentID] = []
            for (place, isInside) in model.inside.enumerated() {
                let number = instances.count
                let name = (isInside ? "box-" : "cloud-") + "\(number)"
                owners.append(model.name)
                instances.append(
                    InstanceSpec(name: name, apiBase: "http://\(name)", provider: "ollama", probed: isInside && probes))
                own.append(DeploymentID(index: number))
                deployments.append(
                    DeploymentSpec(
                        id: "id-\(number)", modelName: model.name, upstreamModel: "ollama/m", tag: "m",
                        listedTag: "m:latest", instance: InstanceID(index: number), weight: 1, slots: model.slots,
                        maxParallel: model.cap, unavailable: nil, breaker: breaker, context: nil, order: 0,
                        rpm: model.rpm, tpm: model.tpm))
                let target = UpstreamTarget(
                    UpstreamPlace(
                        provider: model.provider, tag: "m", pathPrefix: "", hostHeader: name, isLocal: isInside),
                    account: UpstreamAccount(), defaults: [:], dropParams: false, userAgent: "drover/test")
                entries.append(
                    RouteTable.Deployment(
                        model: ModelID(index: index), target: target, maxInputTokens: model.maxInputTokens,
                        tags: model.tags, price: model.prices.isEmpty ? model.price : model.prices[place],
                        limits: AttemptLimits(request: .seconds(600), betweenPieces: .seconds(60)),
                        modelID: "id-\(number)", modelName: model.name, apiBase: "http://\(name)", instanceName: name))
            }
            specs.append(ModelSpec(name: model.name, strategy: model.strategy, deployments: own))
            routes.append(
                (
                    model.name,
                    RouteTable.Route(
                        model: ModelID(index: index), name: model.name, notBuilt: nil,
                        needs: Strategies.named(model.strategy)?.needs ?? [], serviceClass: .default,
                        rules: model.rules, maxWait: .seconds(30), timeout: .seconds(600),
                        makesEmbeddingsOnly: model.makesEmbeddingsOnly)
                ))
        }
        for (alias, name) in aliases.sorted(by: { $0.key < $1.key }) {
            if let route = routes.first(where: { $0.name == name })?.route { routes.append((alias, route)) }
        }
        balancer = PoolBalancer(
            PoolSpec(
                instances: instances, deployments: deployments, models: specs,
                settings: BalancerSettings(
                    fall: 3, rise: 2, breakersEnabled: true, connectionBreaker: breaker,
                    retryBudget: RetryBudget(percent: 20, minimum: 3), maxWaiting: 8, maxWait: .seconds(30),
                    saturationPause: .seconds(1), decisions: 0, protectsContext: false),
                seed: 7, version: "test"),
            time: clock.source, observer: ExchangeRig.Silent())
        self.routes = RouteTable(routes: routes, deployments: entries)
        self.owners = owners
        settings = ExchangeSettings(
            numRetries: retries, maxFallbacks: maxFallbacks, comparedPrice: nil, retryAfter: .zero,
            firstTokenDeadline: nil, totalTimeout: nil, pingInterval: nil, maximumAnswer: 1 << 20, largeBody: 1 << 20)
    }

    func exchange(
        _ model: String, more: String = "", stream: Bool = false, localOnly: Bool = false, timeout: Double? = nil,
        objective: Duration? = nil, caller: Caller = Caller(), embeds: Bool = false
    ) -> Exchange {
        var wishes = CallWishes()
        wishes.timeoutSeconds = timeout
        wishes.objective = objective
        if localOnly { _ = wishes.take(localOnly: "true") }
        let head = CallHead(
            callID: CallID(high: 1, low: 42), random: 42, front: embeds ? .openAIEmbeddings : .openAIChat,
            caller: caller, wishes: wishes)
        let chat =
            "{\"model\":\"\(model)\",\"stream\":\(stream),\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]\(more)}"
        let body = embeds ? "{\"model\":\"\(model)\",\"input\":\"hi\"\(more)}" : chat
        return Exchange(
            head, body: ByteBuffer(string: body), balancer: balancer, routes: routes, settings: .init(settings),
            at: clock.now, unixSeconds: 1_700_000_000)
    }

    /// Plays an exchange in which every instance that `fails` names does so in its way, and gives the models it was
    /// sent to, in order, and the last bytes.
    func play(
        _ exchange: inout Exchange, failing: (Int) -> Fault?, limit: Int = 40
    ) -> (models: [String], instances: [Int], answer: String) {
        var models: [String] = []
        var instances: [Int] = []
        var action = exchange.begin(at: clock.now)
        for _ in 0..<limit {
            switch action {
            case .send(_, let instance):
                instances.append(instance.index)
                if models.last != owners[instance.index] { models.append(owners[instance.index]) }
                action = answer(&exchange, failing(instance.index))
            case .pause, .wait:
                clock.advance(by: .seconds(60))
                if case .wait = action { exchange.queued(at: 1, predicted: nil, at: clock.now) }
                action = exchange.timeUp(at: clock.now)
            case .finish(let bytes, _): return (models, instances, String(buffer: bytes))
            case .none, .work, .write, .fetch, .recall, .begin, .endParts, .hedge, .stepAside, .resume:
                return (models, instances, "stuck")
            }
        }
        return (models, instances, "endless")
    }

    /// What an instance may do wrong.
    enum Fault: CaseIterable {
        case refused, lost, timeout, status500, status503, status429, status401, missing, tooLong, cut
    }

    private func answer(_ exchange: inout Exchange, _ fault: Fault?) -> Exchange.Action {
        func status(_ code: Int, _ text: String) -> Exchange.Action {
            _ = exchange.upstreamHead(status: code, retryAfterSeconds: nil, at: clock.now)
            _ = exchange.upstreamBytes(ByteBuffer(string: "{\"error\":\"\(text)\"}"), at: clock.now)
            return exchange.upstreamEnded(at: clock.now)
        }
        switch fault {
        case nil:
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: clock.now)
            _ = exchange.upstreamBytes(ByteBuffer(string: ExchangeRig.whole), at: clock.now)
            return exchange.upstreamEnded(at: clock.now)
        case .refused: return exchange.upstreamLost(.refused("connection refused"), at: clock.now)
        case .lost: return exchange.upstreamLost(.lost("connection closed"), at: clock.now)
        case .timeout:
            clock.advance(by: .seconds(601))
            return exchange.timeUp(at: clock.now)
        case .status500: return status(500, "boom")
        case .status503: return status(503, "server busy")
        case .status429: return status(429, "too many")
        case .status401: return status(401, "unauthorized")
        case .missing: return status(404, "model \\\"m\\\" not found")
        case .tooLong: return status(400, "the input length exceeds the context length")
        case .cut:
            _ = exchange.upstreamHead(status: 200, retryAfterSeconds: nil, at: clock.now)
            return exchange.upstreamEnded(at: clock.now)
        }
    }
}

extension RouteRules {
    static let none = RouteRules(
        fallbacks: .none, retries: [:], overflow: nil, confinement: [], checksContext: false, tagFilter: nil)

    static func general(_ targets: String..., confined: Bool = false) -> RouteRules {
        var rules = RouteRules.none
        rules.fallbacks.general = targets
        if confined { rules.confinement = .model }
        return rules
    }
}
