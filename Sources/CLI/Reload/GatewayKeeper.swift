import Balancer
import Config
import Curl
import Gateway
import Ledger
import Logging
import Prober
import Server
import Telemetry

/// Reads the configuration as it is written now, with entries of `model_list` that stand in no file.
typealias ConfigurationReading = @Sendable (_ models: [ModelEntry]) -> Loaded

/// Keeps the running parts as the configuration says, and as the instances' lists of tags say: one change at a time.
actor GatewayKeeper {
    /// The parts that follow the configuration.
    struct Parts: Sendable {
        var balancer: PoolBalancer
        var telemetry: Telemetry
        var metrics: PoolMetrics
        var server: GatewayServer
        var requests: ProbeRequests
        var curl: CurlMulti
        var ledger: SpendLedger
        /// Whether the ledger is asked before requests go out.
        var spends: Bool
        var time: TimeSource
        var environment: [String: String]
        var addresses: AddressKeeper
    }

    let parts: Parts
    let logger: Logger
    /// The configuration as it is written now, with models that are kept in the store; nil where nobody can read it anew.
    let read: ConfigurationReading?
    let line = ChangeLine()
    /// The configuration in force as it is written: an instance for each host name.
    var written: Configuration
    /// Made of the same with an instance for each address of those that are followed.
    var assembly: Assembly
    var roster: PoolRoster
    /// The table of names in force, at the pool's positions.
    var table: RouteTable
    /// Where the pool's instances listen, by position.
    var setup: GatewaySetup
    /// The positions of the configuration's parts.
    var positions: PoolRoster.Positions
    var exposer: TagExposer?
    /// The models of the store that are in force, or were tried.
    var models: [StoredModel] = []
    /// Why the latest reload has changed nothing; empty where it has.
    var latest: [String] = []
    /// The reload that has not begun yet: it reads whatever was written before it begins, so that one is enough.
    var next: Task<ReloadReport, Never>?

    init(
        _ assembly: Assembly, writtenAs written: Configuration, pool: PoolSpec, setup: GatewaySetup, parts: Parts,
        read: ConfigurationReading?
    ) {
        self.assembly = assembly
        self.written = written
        self.parts = parts
        self.read = read
        self.setup = setup
        logger = parts.telemetry.logger("config")
        roster = PoolRoster(pool)
        positions = PoolRoster.Positions(pool)
        table = setup.routes
        exposer = assembly.exposesNames ? TagExposer(assembly) : nil
    }

    /// Takes up what a probe has found: the names of tags first, so that nothing is picked that a lane does not know.
    func observe(_ report: ProbeReport) async {
        if let tags = report.tags, exposer != nil {
            await line.perform { await self.expose(tags, on: report.instance) }
        }
        if let loaded = report.loaded { note(loaded, on: report.instance) }
        await parts.balancer.observe(report)
    }

    /// The request log tells what models take of an instance's memory.
    private func note(_ loaded: [LoadedModel], on instance: InstanceID) {
        let held = roster.deployments.indices.compactMap { position -> (deployment: Int, held: ModelMemory.Held)? in
            let deployment = roster.deployments[position]
            guard deployment.instance == instance, roster.hasDeployment(at: position),
                let model = loaded.first(where: { $0.model == deployment.listedTag }), model.size > 0
            else { return nil }
            return (position, ModelMemory.Held(size: model.size, sizeVRAM: model.sizeVRAM))
        }
        if !held.isEmpty { parts.telemetry.note(held) }
    }

    private func expose(_ tags: [KnownTag], on instance: InstanceID) async {
        guard let own = positions.instances.firstIndex(of: instance.index), roster.hasInstance(at: instance.index),
            var growth = exposer?.observe(tags, on: InstanceID(index: own))
        else { return }
        if growth.meetsBound {
            logger.warning(
                "Instances list more tags than are served; further ones are left out.",
                metadata: ["tags.most": "\(TagExposer.most)"])
        }
        guard !growth.isEmpty, let grown = exposer?.table else { return }
        for index in growth.deployments.indices { growth.deployments[index].instance = instance }
        // First what the lanes look up, then what can be picked: nothing is picked that a lane does not know.
        parts.telemetry.append(
            models: growth.models.map(\.name), instances: [],
            deployments: growth.owners.map { TelemetryNames.Deployment(model: $0.index, instance: instance.index) })
        table = grown
        setup.routes = grown
        roster.append(deployments: growth.deployments, models: growth.models)
        guard (try? await parts.server.replaceRoutes(grown)) != nil else { return }
        await parts.balancer.append(deployments: growth.deployments, models: growth.models)
    }
}

extension Assembly {
    /// Whether names are made of the tags that instances list.
    var exposesNames: Bool { configuration.drover.exposeTags || !configuration.wildcards.isEmpty }
}
