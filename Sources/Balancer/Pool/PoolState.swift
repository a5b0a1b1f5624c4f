/// The machine behind the balancer: events in, changes out. No clock, no chance but its own seeded one, no waiting.
///
/// Counts and estimates lie side by side in structs without references; picking and settling allocate nothing.
package struct PoolState: ~Copyable {
    var settings: BalancerSettings
    let version: String
    let startedAt: Moment
    var random: RandomSource

    var instances = Slab<InstanceState>()
    var instanceRecords: [InstanceRecord] = []
    var deployments = Slab<DeploymentState>()
    var histories: [DeploymentHistory] = []
    var deploymentRecords: [DeploymentRecord] = []
    var models = Slab<ModelState>()
    var modelIndex: [String: Int] = [:]
    /// One per tag on an instance.
    var contexts: [ContextGuard] = []
    /// One per deployment with limits.
    var windows: [RateWindow] = []

    var traffic = Traffic()
    /// How many instances have shadows, so that a choice need not look at each.
    var shadowed = 0
    /// How many deployments come back.
    var returning = 0
    /// Over all models.
    package internal(set) var waiting = 0
    var nextTicket: UInt64 = 1
    var isTended = false
    var mismatches: [String: String] = [:]
    var effects = Effects()
    /// The cost of instances in seconds; nil while no model is routed by it.
    var forecast: Forecast?
    var fairness = FairOrder()
    var hedging = HedgeBudget()
    /// Requests served from a queue since one that had waited long.
    var servedSinceOverdue = 0
    var room = ChoiceRoom()
    /// Why requests went where they went; nil when that is not kept.
    var decisions: DecisionRing?
    var plans = PlanClock()

    package init(_ spec: PoolSpec, at now: Moment) {
        settings = spec.settings
        version = spec.version
        startedAt = now
        random = RandomSource(seed: spec.seed)
        decisions = spec.settings.decisions > 0 ? DecisionRing(capacity: spec.settings.decisions) : nil
        for instance in spec.instances {
            instances.append(InstanceState(isProbed: instance.probed))
            instanceRecords.append(InstanceRecord(spec: instance))
        }
        append(deployments: spec.deployments, models: spec.models, at: now)
    }

    /// Requests in flight over all instances.
    package var inFlight: Int { traffic.inFlight }

    /// The work that has piled up for outside the lock; nil when there is none.
    package mutating func takeEffects() -> Effects? {
        if let plan = plans.order() { effects.plan = plan }
        if effects.facts.isEmpty && effects.granted.isEmpty && effects.refused.isEmpty && effects.plan == nil {
            return nil
        }
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
        return Availability(
            of: state, on: instances[Int(state.instance)], outside: histories[deployment].outsideOnPlacement,
            window: window(of: deployment), rise: settings.rise, at: now)
    }

    /// Whether the deployment's instance forwards what is sent there to a cloud.
    func forwarding(of deployment: Int) -> Forwarding {
        instanceRecords[instance(of: deployment)].forwarding(of: deploymentRecords[deployment].tag)
    }

    /// What the list of a deployment's instance says of its model.
    func listing(of deployment: Int) -> KnownTag? {
        instanceRecords[instance(of: deployment)].listing(of: deploymentRecords[deployment].tag)
    }

    // MARK: Membership

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
    @inline(__always)
    mutating func rekey(_ deployment: Int) {
        let (instance, model) = (instance(of: deployment), model(of: deployment))
        models[model].rekey(deployments[deployment], inFlight: instances[instance].load)
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

    /// Works out afresh whether a deployment may be picked, and when time alone will change that.
    mutating func refresh(deployment: Int, at now: Moment) {
        guard !deployments[deployment].isGone else { return }
        let model = self.model(of: deployment)
        if let end = liftShadows(on: instance(of: deployment), at: now) {
            models[model].wake = min(models[model].wake, end)
        } else {
            histories[deployment].isShunned = false
        }
        if histories[deployment].comeback.isOn {
            endComeback(deployment, at: now)
            models[model].wake = min(models[model].wake, histories[deployment].comeback.end)
        }
        ease(deployment)
        var isDue = false
        deployments[deployment].pause.lapse(at: now)
        deployments[deployment].isAvailable = false
        switch availability(of: deployment, at: now) {
        // At its cap it is as it will be below it, since counts change without this.
        case .ready, .unknown, .full(.slots), .full(.cap):
            switch deployments[deployment].pause.phase {
            case .none:
                deployments[deployment].isAvailable = true
                let owed = histories[deployment].proofDue
                if owed > now {
                    models[model].wake = min(models[model].wake, owed)
                } else {
                    isDue = !instances[instance(of: deployment)].isProving
                }
            case .asked: isDue = true
            // A place that opens while a request tries whether a pause is over is not for the others yet.
            case .tried: models[model].wake = min(models[model].wake, deployments[deployment].pause.until)
            }
        case .full(.busy(let until)), .full(.tried(let until)), .full(.limit(_, let until)):
            models[model].wake = min(models[model].wake, until)
        case .coolingDown(let until, let trial):
            isDue = trial == .due
            let limited = window(of: deployment).flatMap { $0.reached(at: now) == nil ? nil : $0.end }
            let end = max(until, deployments[deployment].pause.until, limited ?? .zero)
            if case .early = trial, end > now { models[model].wake = min(models[model].wake, end) }
        case .unproven, .down, .draining, .lacksTag, .disabled:
            break
        }
        // A request that is too large for what is left may go then.
        if let window = window(of: deployment), window.isOpen(at: now) {
            models[model].wake = min(models[model].wake, window.end)
        }
        if isDue != deployments[deployment].isDue {
            deployments[deployment].isDue = isDue
            models[model].dueTrials += isDue ? 1 : -1
        }
        rekey(deployment)
    }

    /// `refresh` for every deployment of a model: time has changed something.
    mutating func refresh(_ model: Int, at now: Moment) {
        models[model].wake = .never
        for deployment in models[model].deployments { refresh(deployment: deployment, at: now) }
    }

    /// `refresh` for every deployment on the instance.
    mutating func refreshAll(on instance: Int, at now: Moment) {
        var cursor = first(on: instance)
        while let deployment = cursor {
            refresh(deployment: deployment, at: now)
            cursor = next(after: deployment)
        }
    }

    /// `refreshAll`, then serves whoever waits for a model on the instance.
    mutating func changed(_ instance: Int, at now: Moment) {
        refreshAll(on: instance, at: now)
        if waiting > 0 { serveAll(on: instance, at: now) }
    }
}
