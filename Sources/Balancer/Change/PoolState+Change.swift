/// Another configuration while the pool works.
///
/// Positions stay, so that leases, queues and whoever knows a position need not be told. What is left out at once takes no
/// more requests; its counts stay until what runs there has ended, and its position is free a while later.
extension PoolState {
    /// How long the position of something that was left out is kept for those who may still speak of it by its position:
    /// lines of the log, exports, requests between two attempts.
    static let rest = Duration.seconds(60)

    /// Carries out a change, in one step. Traps where one contradicts the pool: a position that is in use, or an unknown strategy.
    package mutating func change(to new: PoolChange, at now: Moment) {
        let decisions = settings.decisions
        settings = new.settings
        settings.decisions = decisions
        for (position, spec) in new.instances.enumerated() {
            put(spec, at: position, isNew: new.newInstances.contains(position), at: now)
        }
        let (usesPredictions, newRules) = put(new.models)
        if usesPredictions, forecast == nil { beginForecast() }
        let before = takeApart()
        for (position, spec) in new.deployments.enumerated() {
            guard let spec else {
                leaveOut(deployment: position, at: now)
                continue
            }
            put(spec, at: position, isNew: new.newDeployments.contains(position), at: now)
        }
        for (model, spec) in new.models.enumerated() { list(spec, as: model, before, new.newDeployments) }
        for model in newRules { for deployment in models[model].deployments { forgetLatency(deployment, at: now) } }
        self.decisions?.forget(new.newDeployments)
        for index in contexts.indices { mark(context: index) }
        for model in models.indices { settleDown(model, new.newDeployments, at: now) }
        for model in models.indices where !models[model].waiters.isEmpty {
            serve(model, at: now)
            refuseUnserved(model, at: now)
        }
    }

    /// The positions where nothing stands or runs any more.
    package func freePositions(at now: Moment) -> FreePositions {
        var free = FreePositions()
        for deployment in deployments.indices
        where deployments[deployment].isGone && deployments[deployment].inFlight == 0
            && histories[deployment].goneAt + Self.rest <= now
        {
            free.deployments.append(deployment)
        }
        let gone = Set(free.deployments)
        let held = Set(deployments.indices.filter { !gone.contains($0) }.map { instance(of: $0) })
        // Deployments that are kept for a while keep their instances.
        free.instances = instances.indices.filter {
            instances[$0].isGone && instances[$0].inFlight == 0 && instanceRecords[$0].goneAt + Self.rest <= now
                && !held.contains($0)
        }
        return free
    }

    // MARK: Instances

    private mutating func put(_ spec: InstanceSpec?, at position: Int, isNew: Bool, at now: Moment) {
        guard let spec else {
            leaveOut(instance: position, at: now)
            return
        }
        let lists = spec.probed && spec.tagMatching == .ollama
        if position == instances.count {
            instances.append(InstanceState(isProbed: spec.probed))
            instanceRecords.append(InstanceRecord(spec: spec))
            forecast?.addInstance(isProbed: lists, memory: spec.memory)
            instances[position].isUnproven = spec.probed
        } else if isNew {
            precondition(instances[position].inFlight == 0, "the position of \(spec.name) is in use")
            instances[position] = InstanceState(isProbed: spec.probed)
            instanceRecords[position] = InstanceRecord(spec: spec)
            forecast?.resetInstance(position, isProbed: lists, memory: spec.memory)
            instances[position].isUnproven = spec.probed
        } else {
            if spec.memory != instanceRecords[position].spec.memory { forecast?.use(memory: spec.memory, on: position) }
            instanceRecords[position].spec = spec
            guard instances[position].isGone else { return }
            // It comes back before it was forgotten, and may have been anything meanwhile.
            instances[position].isGone = false
            instances[position].reach = spec.probed ? .unknown : .up
            instances[position].isUnproven = spec.probed
            instanceRecords[position].goneAt = .never
        }
    }

    private mutating func leaveOut(instance: Int, at now: Moment) {
        guard !instances[instance].isGone else { return }
        instances[instance].isGone = true
        instanceRecords[instance].goneAt = now
        instances[instance].isProving = false
        instanceRecords[instance].shadows = Shadows()
        countShadows(on: instance)
        forecast?.leaveOut(instance)
    }

    // MARK: Deployments

    /// Takes all deployments out of the orders of models and instances. Answers how they were served, by position: the later
    /// the higher.
    private mutating func takeApart() -> [Double] {
        var served = [Double](repeating: -1, count: deployments.count)
        for model in models.indices {
            for (place, deployment) in models[model].deployments.enumerated() {
                served[deployment] = models[model].order.served(place)
            }
        }
        for instance in instances.indices { instances[instance].firstDeployment = -1 }
        for deployment in deployments.indices {
            deployments[deployment].next = -1
            // One that is left out is never the only one whose key a settlement changes.
            deployments[deployment].isAlone = false
        }
        return served
    }

    private mutating func leaveOut(deployment: Int, at now: Moment) {
        if histories[deployment].goneAt == .never { histories[deployment].goneAt = now }
        dropComeback(deployment)
        deployments[deployment].place = -1
        deployments[deployment].isAvailable = false
        deployments[deployment].isDue = false
    }

    private mutating func put(_ spec: DeploymentSpec, at position: Int, isNew: Bool, at now: Moment) {
        let instance = spec.instance.index
        precondition(instances.indices.contains(instance), "deployment \(spec.id) is on no instance of the pool")
        guard let model = modelIndex[spec.modelName] else { preconditionFailure("no model holds \(spec.id)") }
        if isNew || position == deployments.count {
            begin(spec, at: position, of: model, at: now)
        } else {
            let slots = deploymentRecords[position].spec.slots
            deploymentRecords[position].spec = spec
            histories[position].breakerSettings = spec.breaker
            if deployments[position].isGone { forgetLatency(position, at: now) }
            histories[position].goneAt = .never
            if spec.slots != slots { forecast?.use(slots: spec.slots, on: position) }
        }
        deployments[position].stride = 1 / max(spec.weight, 1e-9)
        deployments[position].isDisabled = spec.unavailable != nil
        deployments[position].slots = Int32(clamping: spec.slots ?? .max)
        deployments[position].context = Int32(clamping: spec.context ?? 0)
        deployments[position].maxParallel = Int32(clamping: spec.maxParallel ?? .max)
        deployments[position].lacksTag = instanceRecords[instance].lacks(spec.listedTag)
        deployments[position].isDue = false
        if deployments[position].window >= 0 {
            windows[Int(deployments[position].window)].use(rpm: spec.rpm, tpm: spec.tpm)
        } else {
            deployments[position].window = addWindow(for: spec)
        }
        link(position, on: instance)
    }

    /// Something else begins at a position.
    private mutating func begin(_ spec: DeploymentSpec, at position: Int, of model: Int, at now: Moment) {
        let isAdded = position == deployments.count
        let (guarding, window) = isAdded ? (-1, -1) : (deployments[position].contextGuard, deployments[position].window)
        let instance = spec.instance.index
        if !isAdded { precondition(deployments[position].inFlight == 0, "the position of \(spec.id) is in use") }
        let rule = models[model].latencyRule ?? Self.noLatency
        let stride = 1 / max(spec.weight, 1e-9)
        var state = DeploymentState(
            instance: Int32(instance), model: Int32(model), place: -1, maxParallel: .max, stride: stride,
            turn: 0, isDisabled: false, latency: LatencyEWMA(rule, at: now), slots: .max, context: 0,
            contextGuard: contextGuard(for: spec.listedTag, on: instance, instead: guarding, of: position),
            window: window)
        state.isAlone = false
        if window >= 0 { windows[Int(window)] = RateWindow(rpm: spec.rpm, tpm: spec.tpm) }
        if isAdded {
            deployments.append(state)
            histories.append(DeploymentHistory(breakerSettings: spec.breaker))
            deploymentRecords.append(DeploymentRecord(spec: spec))
        } else {
            deployments[position] = state
            histories[position] = DeploymentHistory(breakerSettings: spec.breaker)
            deploymentRecords[position] = DeploymentRecord(spec: spec)
        }
        forecast?.putDeployment(position, on: instance, tag: spec.listedTag, slots: spec.slots)
    }

    /// A guard for something that begins: that of the same tag on the instance, else the one it had there before, if nobody
    /// else has it, else a new one.
    private mutating func contextGuard(
        for tag: String, on instance: Int, instead former: Int32, of position: Int
    ) -> Int32 {
        let isShared = deployments.indices.contains { $0 != position && deployments[$0].contextGuard == former }
        let count = contexts.count
        let found = contextGuard(for: tag, on: instance)
        guard Int(found) == count, former >= 0, !isShared else { return found }
        contexts.removeLast()
        contexts[Int(former)] = ContextGuard()
        return former
    }

    /// Puts a deployment behind the others on its instance.
    private mutating func link(_ deployment: Int, on instance: Int) {
        guard var last = first(on: instance) else {
            instances[instance].firstDeployment = Int32(deployment)
            deployments[deployment].isAlone = true
            return
        }
        while let following = next(after: last) { last = following }
        deployments[last].next = Int32(deployment)
        deployments[last].isAlone = false
        deployments[deployment].isAlone = false
    }

    private mutating func mark(context index: Int) {
        guard let holder = deployments.indices.first(where: { Int(deployments[$0].contextGuard) == index }) else {
            return
        }
        markPlain(index, on: instance(of: holder))
    }

    // MARK: Models

    /// Makes the models that are new and gives the others their strategies. Answers whether any needs predictions, and which
    /// measure latencies otherwise from now on.
    private mutating func put(_ specs: [ModelSpec]) -> (usesPredictions: Bool, newRules: [Int]) {
        var usesPredictions = false
        var newRules: [Int] = []
        for (model, spec) in specs.enumerated() {
            guard let strategy = Strategies.named(spec.strategy) else {
                preconditionFailure("no strategy is named \(spec.strategy)")
            }
            if model == models.count {
                precondition(modelIndex[spec.name] == nil, "the pool has a model \(spec.name) already")
                modelIndex[spec.name] = model
                models.append(ModelState(name: spec.name, strategy: strategy))
            } else if models[model].strategy != strategy {
                precondition(models[model].name == spec.name, "a model's position is its name's")
                if strategy.latency != models[model].latencyRule { newRules.append(model) }
                models[model].use(strategy)
            }
            usesPredictions = usesPredictions || strategy.needs.contains(.prediction)
        }
        return (usesPredictions, newRules)
    }

    /// Puts a model's deployments into its order, as they were served before; those that are new come last.
    private mutating func list(_ spec: ModelSpec, as model: Int, _ served: [Double], _ new: Set<Int>) {
        let clocks = models[model].beginAnew()
        for id in spec.deployments {
            let deployment = id.index
            let place = models[model].deployments.count
            let limits = deploymentRecords[deployment].spec
            let clock = models[model].enlist(place: place, order: limits.order)
            if new.contains(deployment) {
                let latest = clocks[limits.order] ?? clock
                deployments[deployment].turn = latest + deployments[deployment].stride * random.unit()
            }
            deployments[deployment].place = Int32(place)
            if limits.rpm != nil || limits.tpm != nil { models[model].isLimited = true }
            models[model].deployments.append(deployment)
            models[model].order.append(KeyOrder.excluded)
        }
        models[model].resume(clocks)
        let places = models[model].deployments.indices.sorted { one, other in
            let (one, other) = (models[model].deployments[one], models[model].deployments[other])
            let isNew = (new.contains(one), new.contains(other))
            if isNew.0 != isNew.1 { return isNew.1 }
            return (one < served.count ? served[one] : 0) < (other < served.count ? served[other] : 0)
        }
        for place in places { models[model].order.serve(place, key: KeyOrder.excluded) }
    }

    /// Works out afresh what may be picked.
    private mutating func settleDown(_ model: Int, _ new: Set<Int>, at now: Moment) {
        decideWays(of: model)
        models[model].waiters.exclude(new)
        if models[model].deployments.isEmpty { mismatches[models[model].name] = nil } else { compareDigests(model) }
        refresh(model, at: now)
    }

    /// Nothing serves these any more.
    private mutating func refuseUnserved(_ model: Int, at now: Moment) {
        guard models[model].deployments.isEmpty else { return }
        while !models[model].waiters.isEmpty {
            let waiter = removeWaiter(model, 0)
            forgo(waiter)
            refuse(waiter, with: .unavailable(refusal(model, waiter.request, isExplained: true, at: now)))
        }
    }
}
