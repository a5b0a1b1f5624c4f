/// The machine behind the balancer: events in, changes out. No clock, no chance but its own seeded one, no waiting.
///
/// Counts and estimates lie in arrays of structs without references; picking and settling allocate nothing.
struct PoolState: ~Copyable {
    let settings: BalancerSettings
    let version: String
    let startedAt: Moment
    var random: RandomSource

    var instances: [InstanceState] = []
    var instanceRecords: [InstanceRecord] = []
    var deployments: [DeploymentState] = []
    var deploymentRecords: [DeploymentRecord] = []
    var models: [ModelState] = []
    var modelIndex: [String: Int] = [:]

    /// Over all instances.
    var inFlight = 0
    /// Retries in flight that count against the budget.
    var budgetedRetries = 0
    /// Over all models.
    var waiting = 0
    var nextTicket: UInt64 = 1
    var isTended = false
    var mismatches: [String: String] = [:]
    var effects = Effects()

    init(_ spec: PoolSpec, at now: Moment) {
        settings = spec.settings
        version = spec.version
        startedAt = now
        random = RandomSource(seed: spec.seed)
        for instance in spec.instances {
            instances.append(InstanceState(isProbed: instance.probed))
            instanceRecords.append(InstanceRecord(spec: instance))
        }
        append(deployments: spec.deployments, models: spec.models, at: now)
    }

    /// What has piled up for outside the lock; nil when nothing has.
    mutating func takeEffects() -> Effects? {
        if effects.facts.isEmpty && effects.granted.isEmpty { return nil }
        defer { effects = Effects() }
        return effects
    }

    mutating func note(_ fact: Fact) {
        effects.facts.append(fact)
    }

    /// Where a fact belongs; `deployment` nil: the whole instance.
    func place(_ instance: Int, _ deployment: Int? = nil) -> Fact.Place {
        Fact.Place(
            instance: InstanceID(index: instance), instanceName: instanceRecords[instance].spec.name,
            model: deployment.map { models[deployments[$0].model].name })
    }

    func availability(of deployment: Int, at now: Moment) -> Availability {
        let state = deployments[deployment]
        return Availability(of: state, on: instances[state.instance], rise: settings.rise, at: now)
    }

    // MARK: The order

    /// Puts a deployment where its counts and estimates belong in its model's order.
    @inline(__always)
    mutating func rekey(_ deployment: Int) {
        let state = deployments[deployment]
        var key = KeyOrder.excluded
        if state.isStanding && state.inFlight < state.maxParallel {
            key = models[state.model].strategy.key(
                of: Candidate(
                    inFlight: instances[state.instance].inFlight, turn: state.turn,
                    latencyLevel: state.latency?.level ?? 0))
        }
        models[state.model].order[state.place] = key
    }

    /// Puts every deployment of an instance where it belongs: its count has changed.
    @inline(__always)
    mutating func rekeyAll(on instance: Int) {
        var deployment = instances[instance].firstDeployment
        while deployment >= 0 {
            rekey(deployment)
            deployment = deployments[deployment].next
        }
    }

    /// Works out afresh which deployments of a model may be picked, and when time will next change that.
    mutating func refresh(_ model: Int, at now: Moment) {
        var wake = Moment.never
        var due = 0
        for deployment in models[model].deployments {
            switch availability(of: deployment, at: now) {
            case .ready, .unknown, .full(.slots), .full(.cap):
                deployments[deployment].isStanding = true
            case .full(.busy(let until)):
                deployments[deployment].isStanding = false
                wake = min(wake, until)
            case .coolingDown(let until, let trial):
                deployments[deployment].isStanding = false
                if trial == .due { due += 1 }
                let end = max(until, deployments[deployment].busyUntil)
                if case .early = trial, end > now { wake = min(wake, end) }
            case .down, .draining, .lacksTag, .disabled:
                deployments[deployment].isStanding = false
            }
            rekey(deployment)
        }
        models[model].wake = wake
        models[model].dueTrials = due
    }

    /// `refresh` for every model with a deployment on the instance, then serves whoever waits for them.
    mutating func refreshAll(on instance: Int, at now: Moment) {
        var deployment = instances[instance].firstDeployment
        while deployment >= 0 {
            refresh(deployments[deployment].model, at: now)
            serve(deployments[deployment].model, at: now)
            deployment = deployments[deployment].next
        }
    }
}
