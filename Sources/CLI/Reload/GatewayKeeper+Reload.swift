import Balancer
import Config
import Gateway
import Ledger
import Logging
import Prober
import Server
import Telemetry
import Upstream

/// Another configuration while the gateway runs. Everything that can fail is made first; then every part takes up its own.
extension GatewayKeeper {
    /// Reads the configuration anew. One that is asked for while another waits for its turn is the same.
    func reload() async -> ReloadReport {
        if let next { return await next.value }
        let task = Task { await self.reloadInTurn() }
        next = task
        return await task.value
    }

    private func reloadInTurn() async -> ReloadReport {
        let report = await line.perform { await self.readAnew() }
        tell(report)
        guard report.faults.isEmpty else { return report }
        await awaitProbes()
        return report
    }

    func readAnew() async -> ReloadReport {
        next = nil
        guard let read else {
            return ReloadReport(faults: ["the configuration was not read from a file, so it cannot be read anew"])
        }
        models = parts.ledger.rows.models
        let report = await change(to: Self.load(models, read, logger))
        latest = report.faults
        return report
    }

    private func change(to loaded: Loaded) async -> ReloadReport {
        let faults = loaded.faults + loaded.refusals
        guard faults.isEmpty else { return ReloadReport(faults: faults.map { "\($0)" }) }
        var held = HeldSettings(loaded.configuration, asIn: written)
        if !parts.spends { held.holdBudgets(asIn: written) }
        let found = await parts.addresses.prepare(held.configuration)
        var report = await change(to: found, writtenAs: held.configuration)
        // What is followed is what is in force.
        await parts.addresses.follow(written)
        guard report.faults.isEmpty else { return report }
        report.needsRestart = held.names
        report.warnings = loaded.warnings.map { "\($0)" } + report.warnings
        var shown = loaded
        shown.configuration = held.configuration
        parts.server.show(ConfigurationView(shown))
        return report
    }

    /// Takes up a configuration, in which the addresses of host names stand for those.
    func change(to configuration: Configuration, writtenAs written: Configuration) async -> ReloadReport {
        let plan: Plan
        do {
            plan = try self.plan(configuration)
        } catch {
            return ReloadReport(faults: ["\(error)"])
        }
        var report = ConfigurationDifference(from: assembly.configuration, to: configuration).report
        report.warnings = plan.assembly.prices.warnings
        guard await carryOut(plan) else { return ReloadReport(faults: ["the gateway is shutting down"]) }
        self.written = written
        return report
    }

    /// Everything that a change needs.
    private struct Plan {
        let assembly: Assembly
        let roster: PoolRoster
        let change: PoolChange
        let positions: PoolRoster.Positions
        let exposer: TagExposer?
        let parts: GatewaySetup
        let setup: ServerSetup
    }

    private func plan(_ configuration: Configuration) throws -> Plan {
        let assembly = try Assembly(
            configuration, version: self.assembly.version, environment: parts.environment,
            keptNames: self.assembly.keptNames)
        let free = parts.balancer.freePositions()
        var wanted = assembly.pool
        var exposer = assembly.exposesNames ? TagExposer(assembly) : nil
        for (own, tags) in knownTags(wanted, free) {
            guard let growth = exposer?.observe(tags, on: InstanceID(index: own)) else { break }
            wanted.deployments += growth.deployments
            wanted.models += growth.models
            for (deployment, owner) in zip(growth.deployments.indices, growth.owners) {
                let id = DeploymentID(index: wanted.deployments.count - growth.deployments.count + deployment)
                if !wanted.models[owner.index].deployments.contains(id) {
                    wanted.models[owner.index].deployments.append(id)
                }
            }
        }
        var roster = roster
        let (change, positions) = roster.change(to: wanted, free: free)
        let routes = (exposer?.table ?? assembly.routes).moved(to: positions, over: table)
        exposer?.move(to: positions, deployments: routes.deployments, models: roster.models.count)
        var origins = setup.origins
        for (origin, position) in zip(assembly.origins, positions.instances) {
            if position < origins.count { origins[position] = origin } else { origins.append(origin) }
        }
        var settings = assembly.exchangeSettings
        if parts.spends {
            settings.spending = Spending(
                parts.ledger, budgetStatus: configuration.litellmSettings.budgetExceededStatus,
                words: assembly.wordKeeping, unixSeconds: parts.time.unixSeconds)
        }
        let setup = GatewaySetup(
            routes: routes, origins: origins, settings: settings,
            boxes: assembly.boxCalls(parts.curl, parts.requests, at: positions.instances),
            counts: assembly.tokenCounts(parts.curl, at: positions.deployments))
        return Plan(
            assembly: assembly, roster: roster, change: change, positions: positions, exposer: exposer, parts: setup,
            setup: try parts.server.prepare(setup))
    }

    /// The tags that instances of a specification are known to have, by their positions there.
    private func knownTags(_ wanted: PoolSpec, _ free: FreePositions) -> [(own: Int, tags: [KnownTag])] {
        var roster = roster
        let (change, positions) = roster.change(to: wanted, free: free)
        return positions.instances.enumerated().compactMap { own, position in
            guard !change.newInstances.contains(position) else { return nil }
            return parts.balancer.tags(of: InstanceID(index: position)).map { tags in
                (own, tags.sorted { $0.name < $1.name })
            }
        }
    }

    /// First what is looked up by positions, then the pool, then those who watch it. False where the server has ended.
    private func carryOut(_ plan: Plan) async -> Bool {
        parts.telemetry.use(TelemetryNames(plan.roster) { plan.assembly.address(of: $0) })
        parts.metrics.use(instances: plan.roster.instances.map(\.name))
        guard (try? await parts.server.change(to: plan.setup)) != nil else { return false }
        await parts.balancer.change(to: plan.change)
        parts.requests.use(
            plan.assembly.probeTargets(at: plan.positions.instances), settings: plan.assembly.probeSettings)
        parts.ledger.configure(plan.assembly.ledgerSettings, at: parts.time.wallTime)
        (assembly, roster, positions, exposer) = (plan.assembly, plan.roster, plan.positions, plan.exposer)
        (table, setup) = (plan.parts.routes, plan.parts)
        return true
    }

    /// Waits until what is new has answered a probe and takes part, or has had the time to.
    private func awaitProbes() async {
        let end = parts.time.now() + min(assembly.probeSettings.timeout, .seconds(2))
        while parts.balancer.awaitsProbes, parts.time.now() < end {
            guard (try? await parts.time.sleep(parts.time.now() + .milliseconds(20))) != nil else { return }
        }
    }

    func tell(_ report: ReloadReport) {
        guard report.faults.isEmpty else {
            logger.error(
                "The configuration was not reloaded: nothing was changed.",
                metadata: ["faults": "\(report.faults.joined(separator: "; "))"])
            return
        }
        logger.notice("The configuration was reloaded.", metadata: ["result": "\(report.message)"])
        for warning in report.warnings { logger.warning("\(warning)") }
    }
}

extension Assembly {
    /// Where an instance listens, for traces; nil for a cloud without an address.
    func address(of instance: InstanceSpec) -> TelemetryNames.Address? {
        guard !instance.apiBase.isEmpty, let base = try? BaseURL(instance.apiBase) else { return nil }
        return TelemetryNames.Address(host: base.host, port: base.port)
    }
}
