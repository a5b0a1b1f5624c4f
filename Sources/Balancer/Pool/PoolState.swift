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
            model: deployment.map { models[model(of: $0)].name })
    }

    func availability(of deployment: Int, at now: Moment) -> Availability {
        let state = deployments[deployment]
        return Availability(of: state, on: instances[Int(state.instance)], rise: settings.rise, at: now)
    }

    // MARK: Who belongs to whom

    func instance(of deployment: Int) -> Int { Int(deployments[deployment].instance) }

    func model(of deployment: Int) -> Int { Int(deployments[deployment].model) }

    /// The first deployment on an instance.
    func first(on instance: Int) -> Int? {
        let first = instances[instance].firstDeployment
        return first < 0 ? nil : Int(first)
    }

    /// The deployment that follows on the same instance.
    func next(after deployment: Int) -> Int? {
        let next = deployments[deployment].next
        return next < 0 ? nil : Int(next)
    }

    // MARK: The order

    /// Puts a deployment where its counts and estimates belong in its model's order.
    mutating func rekey(_ deployment: Int) {
        let state = deployments[deployment]
        var key = KeyOrder.excluded
        if state.isStanding && state.inFlight < state.maxParallel {
            key = models[Int(state.model)].strategy.key(
                of: Candidate(
                    inFlight: Int(instances[Int(state.instance)].inFlight), turn: state.turn,
                    latencyLevel: state.latency.level))
        }
        models[Int(state.model)].order[Int(state.place)] = key
    }

    /// Puts every deployment of an instance where it belongs: its count has changed.
    @inline(__always)
    mutating func rekeyAll(on instance: Int) {
        var cursor = first(on: instance)
        while let deployment = cursor {
            rekey(deployment)
            cursor = next(after: deployment)
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
        var cursor = first(on: instance)
        while let deployment = cursor {
            refresh(model(of: deployment), at: now)
            serve(model(of: deployment), at: now)
            cursor = next(after: deployment)
        }
    }
}
