import Balancer
import Config
import Dialects
import Gateway
import Ledger
import Prober
import Server
import Telemetry

/// `drover.expose_tags`: every tag that an instance has is a model of that name.
///
/// Grows with what probes see and never shrinks: a tag that is gone is a deployment that lacks its tag.
actor TagExposer {
    private let assembly: Assembly
    private let balancer: PoolBalancer
    private let telemetry: Telemetry
    private let server: GatewayServer
    private var routes: [(name: String, route: RouteTable.Route)] = []
    private var hidden: Set<String> = []
    private var deployments: [RouteTable.Deployment]
    private let configured: Set<String>
    private var exposed: Set<String> = []
    private var models: Int

    init(_ assembly: Assembly, balancer: PoolBalancer, telemetry: Telemetry, server: GatewayServer) {
        self.assembly = assembly
        self.balancer = balancer
        self.telemetry = telemetry
        self.server = server
        let table = assembly.routes
        deployments = table.deployments
        routes = table.all
        hidden = table.hidden
        configured = Set(routes.map(\.name))
        models = assembly.configuration.models.count
    }

    /// Takes up the tags of one probe's report.
    func observe(_ report: ProbeReport) async throws {
        guard let tags = report.tags else { return }
        var newDeployments: [DeploymentSpec] = []
        var newModels: [ModelSpec] = []
        var newNames: [String] = []
        var named: [TelemetryNames.Deployment] = []
        for tag in tags where !tag.isRemote && !configured.contains(tag.name) {
            guard exposed.insert("\(report.instance.index) \(tag.name)").inserted else { continue }
            let known = routes.first { $0.name == tag.name }
            let model = known?.route.model ?? ModelID(index: models)
            if known == nil {
                models += 1
                newNames.append(tag.name)
                add(tag.name, model: model)
                newModels.append(
                    ModelSpec(
                        name: tag.name, strategy: assembly.configuration.routerSettings.routingStrategy.rawValue,
                        deployments: [DeploymentID(index: deployments.count)]))
            }
            newDeployments.append(assembly.exposed(tag.name, on: report.instance))
            named.append(TelemetryNames.Deployment(model: model.index, instance: report.instance.index))
            deployments.append(assembly.exposedRoute(tag.name, of: model, on: report.instance))
        }
        guard !newDeployments.isEmpty else { return }
        // First what the lanes look up, then what can be picked: nothing is picked that a lane does not know.
        telemetry.append(models: newNames, instances: [], deployments: named)
        try await server.replaceRoutes(RouteTable(routes: routes, hidden: hidden, deployments: deployments))
        await balancer.append(deployments: newDeployments, models: newModels)
    }

    /// `llama3:latest` is also asked for as `llama3`, as with Ollama itself.
    private func add(_ name: String, model: ModelID) {
        let router = assembly.configuration.routerSettings
        let route = assembly.route(
            model, name, router.routingStrategy, class: .default, timeout: router.timeout, notBuilt: nil,
            makesEmbeddingsOnly: EmbeddingModels.contain(name))
        routes.append((name, route))
        guard name.hasSuffix(":latest") else { return }
        let short = String(name.dropLast(":latest".count))
        guard !routes.contains(where: { $0.name == short }) else { return }
        routes.append((short, route))
        hidden.insert(short)
    }
}

extension Assembly {
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
        let base = instance.baseURL?.description ?? ""
        var entry = RouteTable.Deployment(
            model: model,
            target: instance.baseURL.map { base in
                UpstreamTarget(
                    UpstreamPlace(
                        provider: .ollama, tag: tag, pathPrefix: base.path, hostHeader: base.hostHeader,
                        isLocal: instance.isLocal && !OllamaName.isCloud(tag)),
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
