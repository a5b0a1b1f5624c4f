import Balancer
import Config
import Dialects
import Gateway
import Ledger

/// Makes models of the tags that instances list: of every tag with `drover.expose_tags`, and of those that an entry of
/// `model_list` such as `ollama/*` stands for.
///
/// A tag that is gone is a deployment that lacks its tag. A name of a wildcard is served while any instance lists it. A value:
/// whoever has it carries out what it finds.
struct TagExposer: Sendable {
    /// More deployments than these are not made, however many names an instance makes up.
    static let most = 20_000

    private let assembly: Assembly
    /// Those of the configuration, which are always served.
    private var base: [(name: String, route: RouteTable.Route)]
    private let rules: NameRules
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
    private var hasMetBound = false

    /// One that stands at the positions of the configuration, for which no instance has listed anything yet.
    init(_ assembly: Assembly) {
        self.assembly = assembly
        let table = assembly.routes
        base = table.all
        rules = table.rules
        deployments = table.deployments
        hidden = table.hidden
        configured = Set(table.all.map(\.name) + table.rules.aliases.map(\.name))
        catalogue = WildcardCatalogue(assembly.configuration, table)
        models = assembly.configuration.models.count
    }

    /// Stands at the positions of a pool from now on.
    ///
    /// - Parameters:
    ///   - deployments: every one of the pool, by position.
    ///   - models: how many the pool has.
    mutating func move(to positions: PoolRoster.Positions, deployments: [RouteTable.Deployment], models: Int) {
        func moved(_ entry: (name: String, route: RouteTable.Route)) -> (name: String, route: RouteTable.Route) {
            (entry.name, entry.route.moved(to: ModelID(index: positions.models[entry.route.model.index])))
        }
        base = base.map(moved)
        made = made.map(moved)
        self.deployments = deployments
        self.models = models
    }

    /// The things to be added to the pool at once; instances are those of the configuration, deployments and models follow
    /// those that there are.
    struct Growth {
        var deployments: [DeploymentSpec] = []
        var models: [ModelSpec] = []
        /// The model of each deployment.
        var owners: [ModelID] = []
        /// More tags are listed than are served, for the first time.
        var meetsBound = false
        /// Whether other names are served than before.
        var changesNames = false

        var isEmpty: Bool { deployments.isEmpty && !changesNames }
    }

    /// Takes up the tags that an instance of the configuration lists.
    mutating func observe(_ tags: [KnownTag], on instance: InstanceID) -> Growth {
        var growth = Growth()
        if assembly.exposesTags(of: instance) {
            for tag in tags where !tag.isRemote && !configured.contains(tag.name) {
                expose(tag, on: instance, &growth)
            }
        }
        let names = catalogue.names(of: tags, on: instance.index)
            .filter { !configured.contains($0.name) && !kept.contains($0.name) }
        for name in names { make(name, on: instance, &growth) }
        let now = Set(names.flatMap { [$0.name] + ($0.spelling.map { [$0] } ?? []) })
        growth.changesNames = listed[instance.index, default: []] != now
        listed[instance.index] = now
        return growth
    }

    /// The routes now.
    var table: RouteTable {
        let lists = listed.values.reduce(into: Set<String>()) { $0.formUnion($1) }
        let served = made.filter { kept.contains($0.name) || lists.contains($0.name) }
        return RouteTable(
            routes: base + served, hidden: hidden, deployments: deployments, rules: rules)
    }

    private mutating func expose(_ tag: KnownTag, on instance: InstanceID, _ growth: inout Growth) {
        guard isNew("\(instance.index) \(tag.name)", &growth) else { return }
        let assembly = assembly
        let router = assembly.configuration.routerSettings
        let others = otherSpellings(of: tag.name)
        let model = model(tag.name, router.routingStrategy, &growth) { model in
            assembly.route(
                model, tag.name, router.routingStrategy, class: .default, timeout: router.timeout, notBuilt: nil,
                makesEmbeddingsOnly: EmbeddingModels.contain(tag.name), alsoBy: others)
        }
        kept.insert(tag.name)
        add(assembly.exposed(tag.name, on: instance), assembly.exposedRoute(tag.name, of: model, on: instance), &growth)
    }

    private mutating func make(_ name: WildcardCatalogue.Name, on instance: InstanceID, _ growth: inout Growth) {
        guard isNew("\(instance.index) \(name.wildcard) \(name.tag)", &growth) else { return }
        let assembly = assembly
        let configuration = assembly.configuration
        let others = otherSpellings(of: name.name)
        let pattern = configuration.wildcardModels[name.model]
        let siblings = pattern.deployments.map { configuration.wildcards[$0] }
        var deployment = configuration.wildcards[name.wildcard].with(
            tag: name.tag, name: name.name, on: configuration.instances[instance.index])
        deployment.partOf = deployment.entryID
        deployment.id += "/\(name.tag)"
        let model = model(name.name, pattern.strategy, &growth) { model in
            assembly.route(
                model, name.name, pattern.strategy, class: pattern.requestClass,
                timeout: siblings.map(\.timeout).max(), notBuilt: nil,
                makesEmbeddingsOnly: deployment.makesEmbeddingsOnly,
                alsoBy: others + [pattern.name])
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
    private mutating func model(
        _ name: String, _ strategy: RoutingStrategy, _ growth: inout Growth, route: (ModelID) -> RouteTable.Route
    ) -> ModelID {
        if let known = places[name] { return made[known].route.model }
        let model = ModelID(index: models)
        models += 1
        growth.models.append(
            ModelSpec(
                name: name, strategy: strategy.rawValue, deployments: [DeploymentID(index: deployments.count)]))
        append(name, route(model))
        return model
    }

    private mutating func append(_ name: String, _ route: RouteTable.Route) {
        places[name] = made.count
        made.append((name, route))
    }

    /// Whether a deployment of that place is to be made: it is not there, and there is room for it. That there is none is told once.
    private mutating func isNew(_ place: String, _ growth: inout Growth) -> Bool {
        guard !exposed.contains(place) else { return false }
        guard exposed.count >= Self.most else {
            exposed.insert(place)
            return true
        }
        growth.meetsBound = growth.meetsBound || !hasMetBound
        hasMetBound = true
        return false
    }

    private mutating func add(_ spec: DeploymentSpec, _ deployment: RouteTable.Deployment, _ growth: inout Growth) {
        growth.deployments.append(spec)
        growth.owners.append(deployment.model)
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
        let base = instance.place?.description ?? ""
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
