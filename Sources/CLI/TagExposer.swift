import Balancer
import Config
import Dialects
import Gateway
import Ledger
import Logging
import Prober
import Server
import Telemetry

/// Makes models of the tags that instances list: of every tag with `drover.expose_tags`, and of those that an entry of
/// `model_list` such as `ollama/*` stands for.
///
/// The pool only grows: a tag that is gone is a deployment that lacks its tag. A name of a wildcard is served while any instance
/// lists it.
actor TagExposer {
    /// More deployments than these are not made, however many names an instance makes up.
    private static let most = 20_000

    private let assembly: Assembly
    private let balancer: PoolBalancer
    private let telemetry: Telemetry
    private let server: GatewayServer
    /// Those of the configuration, which are always served.
    private let base: RouteTable
    private let configured: Set<String>
    private let catalogue: WildcardCatalogue
    /// Names made of tags, in order, each with its route.
    private var made: [(name: String, route: RouteTable.Route)] = []
    /// Where each of them is in `made`: looking through all for every tag would take a time that grows with their square.
    private var places: [String: Int] = [:]
    /// Those of them that stay although no instance lists them.
    private var kept: Set<String> = []
    private var hidden: Set<String>
    private var deployments: [RouteTable.Deployment]
    /// Instance and tag of each that was made.
    private var exposed: Set<String> = []
    /// The names of wildcards that each instance lists.
    private var listed: [Int: Set<String>] = [:]
    private var models: Int
    private var hasWarned = false

    init(_ assembly: Assembly, balancer: PoolBalancer, telemetry: Telemetry, server: GatewayServer) {
        self.assembly = assembly
        self.balancer = balancer
        self.telemetry = telemetry
        self.server = server
        let table = assembly.routes
        base = table
        deployments = table.deployments
        hidden = table.hidden
        configured = Set(table.all.map(\.name) + table.rules.aliases.map(\.name))
        catalogue = WildcardCatalogue(assembly.configuration, table)
        models = assembly.configuration.models.count
    }

    /// The things to be added to the pool at once.
    private struct Growth {
        var deployments: [DeploymentSpec] = []
        var models: [ModelSpec] = []
        var names: [String] = []
        var labels: [TelemetryNames.Deployment] = []
    }

    /// Takes up the tags of one probe's report.
    func observe(_ report: ProbeReport) async throws {
        guard let tags = report.tags else { return }
        var growth = Growth()
        let instance = report.instance
        if assembly.exposesTags(of: instance) {
            for tag in tags where !tag.isRemote && !configured.contains(tag.name) {
                expose(tag, on: instance, &growth)
            }
        }
        let names = catalogue.names(of: tags, on: instance.index)
            .filter { !configured.contains($0.name) && !kept.contains($0.name) }
        for name in names { make(name, on: instance, &growth) }
        let now = Set(names.flatMap { [$0.name] + ($0.spelling.map { [$0] } ?? []) })
        let changes = listed[instance.index, default: []] != now
        listed[instance.index] = now
        guard changes || !growth.deployments.isEmpty else { return }
        // First what the lanes look up, then what can be picked: nothing is picked that a lane does not know.
        telemetry.append(models: growth.names, instances: [], deployments: growth.labels)
        try await server.replaceRoutes(table)
        await balancer.append(deployments: growth.deployments, models: growth.models)
    }

    /// The routes now.
    private var table: RouteTable {
        let lists = listed.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let served = made.filter { kept.contains($0.name) || lists.contains($0.name) }
        return RouteTable(
            routes: base.all + served, hidden: hidden, deployments: deployments, rules: base.rules)
    }

    private func expose(_ tag: KnownTag, on instance: InstanceID, _ growth: inout Growth) {
        guard isNew("\(instance.index) \(tag.name)") else { return }
        let router = assembly.configuration.routerSettings
        let model = model(tag.name, router.routingStrategy, &growth) { model in
            assembly.route(
                model, tag.name, router.routingStrategy, class: .default, timeout: router.timeout, notBuilt: nil,
                makesEmbeddingsOnly: EmbeddingModels.contain(tag.name), alsoBy: otherSpellings(of: tag.name))
        }
        kept.insert(tag.name)
        add(assembly.exposed(tag.name, on: instance), assembly.exposedRoute(tag.name, of: model, on: instance), &growth)
    }

    private func make(_ name: WildcardCatalogue.Name, on instance: InstanceID, _ growth: inout Growth) {
        guard isNew("\(instance.index) \(name.wildcard) \(name.tag)") else { return }
        let configuration = assembly.configuration
        let pattern = configuration.wildcardModels[name.model]
        let siblings = pattern.deployments.map { configuration.wildcards[$0] }
        var deployment = configuration.wildcards[name.wildcard].with(
            tag: name.tag, name: name.name, on: configuration.instances[instance.index])
        deployment.id += "/\(name.tag)"
        let model = model(name.name, pattern.strategy, &growth) { model in
            assembly.route(
                model, name.name, pattern.strategy, class: pattern.requestClass,
                timeout: siblings.map(\.timeout).max(), notBuilt: nil,
                makesEmbeddingsOnly: deployment.makesEmbeddingsOnly,
                alsoBy: otherSpellings(of: name.name) + [pattern.name])
        }
        if let spelling = name.spelling, let route = places[name.name].map({ made[$0].route }),
            !configured.contains(spelling), places[spelling] == nil
        {
            append(spelling, route)
            hidden.insert(spelling)
        }
        let account = assembly.wildcardAccounts[name.wildcard]
        add(
            assembly.spec(of: deployment, account), assembly.deployment(deployment, account, of: model), &growth)
    }

    /// `llama3` of `llama3:latest`, unless that is another model.
    private func otherSpellings(of name: String) -> [String] {
        OllamaName.otherSpelling(of: name).map { configured.contains($0) ? [] : [$0] } ?? []
    }

    /// The model of a name, which is made where there is none.
    private func model(
        _ name: String, _ strategy: RoutingStrategy, _ growth: inout Growth, route: (ModelID) -> RouteTable.Route
    ) -> ModelID {
        if let known = places[name] { return made[known].route.model }
        let model = ModelID(index: models)
        models += 1
        growth.names.append(name)
        growth.models.append(
            ModelSpec(
                name: name, strategy: strategy.rawValue, deployments: [DeploymentID(index: deployments.count)]))
        append(name, route(model))
        return model
    }

    private func append(_ name: String, _ route: RouteTable.Route) {
        places[name] = made.count
        made.append((name, route))
    }

    /// Whether a deployment of that place is to be made: it is not there, and there is room for it. That there is none is said once.
    private func isNew(_ place: String) -> Bool {
        guard !exposed.contains(place) else { return false }
        guard exposed.count >= Self.most else {
            exposed.insert(place)
            return true
        }
        if !hasWarned {
            hasWarned = true
            telemetry.logger("prober").warning(
                "instances list more tags than are served; further ones are left out",
                metadata: ["tags.most": "\(Self.most)"])
        }
        return false
    }

    private func add(_ spec: DeploymentSpec, _ deployment: RouteTable.Deployment, _ growth: inout Growth) {
        growth.deployments.append(spec)
        growth.labels.append(TelemetryNames.Deployment(model: deployment.model.index, instance: spec.instance.index))
        deployments.append(deployment)
    }
}

extension Assembly {
    /// Whether every tag of an instance is a model: `drover.expose_tags` is about Ollama's.
    fileprivate func exposesTags(of instance: InstanceID) -> Bool {
        configuration.drover.exposeTags
            && configuration.instances[instance.index].provider == ProviderProfile.ollama.name
    }

    /// A deployment for a tag that no `model_list` names.
    fileprivate func exposed(_ tag: String, on instance: InstanceID) -> DeploymentSpec {
        DeploymentSpec(
            id: "\(configuration.instances[instance.index].name)/\(tag)", modelName: tag,
            upstreamModel: "ollama/\(tag)", tag: tag, listedTag: tag, instance: instance, weight: 1,
            slots: nil, maxParallel: configuration.routerSettings.defaultMaxParallelRequests, unavailable: nil,
            breaker: breakerSettings(nil),
            context: nil, order: 0, rpm: nil, tpm: nil)
    }

    fileprivate func exposedRoute(
        _ tag: String, of model: ModelID, on position: InstanceID
    ) -> RouteTable.Deployment {
        let router = configuration.routerSettings
        let instance = configuration.instances[position.index]
        let name = "\(instance.name)/\(tag)"
        let keepAlive = configuration.keepAlive(of: tag, servedAs: tag, on: position.index)
        let base = instance.baseURL?.description ?? ""
        var entry = RouteTable.Deployment(
            model: model,
            target: instance.baseURL.map { base in
                var place = UpstreamPlace(
                    provider: .ollama, tag: tag, pathPrefix: base.path, hostHeader: base.hostHeader,
                    isLocal: instance.isLocal && !OllamaName.isCloud(tag))
                place.keepAlive = keepAlive
                return UpstreamTarget(
                    place,
                    account: account(of: position.index), defaults: [:],
                    dropParams: configuration.litellmSettings.dropParams,
                    userAgent: "drover/\(version)")
            },
            maxInputTokens: nil, tags: [], price: .free,
            limits: AttemptLimits(request: router.timeout, betweenPieces: router.streamTimeout ?? router.timeout),
            modelID: name, modelName: tag, apiBase: base, instanceName: instance.name)
        entry.facts = DeploymentFacts(
            id: name, modelName: tag, model: "ollama/\(tag)", apiBase: base, provider: ProviderProfile.ollama.name,
            tag: tag, listedTag: tag, makesEmbeddingsOnly: EmbeddingModels.contain(tag), maxInputTokens: nil,
            maxOutputTokens: nil, isPriced: true)
        return entry
    }
}
