extension PoolState {
    /// Adds deployments and models behind those there are.
    @discardableResult
    mutating func append(
        deployments added: [DeploymentSpec], models newModels: [ModelSpec], at now: Moment
    ) -> (deployments: [DeploymentID], models: [ModelID]) {
        let firstDeployment = deployments.count
        let firstModel = models.count
        let firstPlaces = models.indices.map { models[$0].deployments.count }
        var owner: [Int: Int] = [:]
        for model in newModels {
            guard let strategy = Strategies.named(model.strategy) else {
                preconditionFailure("no strategy is named \(model.strategy)")
            }
            precondition(modelIndex[model.name] == nil, "the pool has a model \(model.name) already")
            for deployment in model.deployments {
                precondition(owner[deployment.index] == nil, "a deployment belongs to one model")
                owner[deployment.index] = models.count
            }
            modelIndex[model.name] = models.count
            models.append(ModelState(name: model.name, strategy: strategy))
            if strategy.needs.contains(.prediction), forecast == nil { beginForecast() }
        }
        for spec in added {
            guard let model = owner[deployments.count] ?? modelIndex[spec.modelName] else {
                preconditionFailure("no model holds deployment \(spec.id)")
            }
            add(spec, to: model, at: now)
        }
        if waiting > 0 {
            for model in models.indices { models[model].waiters.exclude(firstDeployment..<deployments.count) }
        }
        for model in models.indices {
            let first = model < firstModel ? firstPlaces[model] : 0
            models[model].beginTurns(first..<models[model].deployments.count, random: &random)
            decideWays(of: model)
            refresh(model, at: now)
        }
        for model in models.indices { serve(model, at: now) }
        return (
            (firstDeployment..<deployments.count).map(DeploymentID.init(index:)),
            (firstModel..<models.count).map(ModelID.init(index:))
        )
    }

    /// Which of the short ways a model's picks may take.
    mutating func decideWays(of model: Int) {
        let isBare = models[model].tiers.count == 1 && !models[model].isLimited && forecast == nil && decisions == nil
        models[model].isPlain = isBare && models[model].isKeyed
        models[model].isScanned = isBare && !models[model].isKeyed
    }

    /// Stands in where the strategy does not look at latencies.
    static let noLatency = LatencyEWMA.Rule(
        timeConstant: 60, keepsPeaks: false, isPerPromptToken: false, seed: 1)

    /// From now on every model's requests count: they share instances with those that are routed by it.
    mutating func beginForecast() {
        var forecast = Forecast()
        for instance in instances.indices {
            // Only an Ollama lists what it has in memory.
            let lists = instanceRecords[instance].spec.tagMatching == .ollama
            forecast.addInstance(
                isProbed: instances[instance].isProbed && lists, memory: instanceRecords[instance].spec.memory)
        }
        for record in deploymentRecords {
            forecast.addDeployment(on: record.spec.instance.index, tag: record.tag, slots: record.spec.slots)
        }
        self.forecast = forecast
    }

    private mutating func add(_ spec: DeploymentSpec, to model: Int, at now: Moment) {
        let index = deployments.count
        let instance = spec.instance.index
        precondition(instances.indices.contains(instance), "deployment \(spec.id) is on no instance of the pool")
        // A weight of 0 means only when nothing else is left: a turn that comes once in a billion.
        let stride = 1 / max(spec.weight, 1e-9)
        let place = models[model].deployments.count
        let clock = models[model].enlist(place: place, order: spec.order)
        let rule = models[model].latencyRule ?? Self.noLatency
        let tag = spec.listedTag
        var state = DeploymentState(
            instance: Int32(instance), model: Int32(model), place: Int32(place),
            maxParallel: Int32(clamping: spec.maxParallel ?? .max), stride: stride,
            turn: clock + stride * random.unit(), isDisabled: spec.unavailable != nil,
            latency: LatencyEWMA(rule, at: now), slots: Int32(clamping: spec.slots ?? .max),
            context: Int32(clamping: spec.context ?? 0), contextGuard: contextGuard(for: tag, on: instance),
            window: addWindow(for: spec))
        if state.window >= 0 { models[model].isLimited = true }
        state.lacksTag = instanceRecords[instance].lacks(tag)
        if var last = first(on: instance) {
            while let following = next(after: last) { last = following }
            deployments[last].next = Int32(index)
            deployments[last].isAlone = false
            state.isAlone = false
        } else {
            instances[instance].firstDeployment = Int32(index)
        }
        deployments.append(state)
        histories.append(DeploymentHistory(breakerSettings: spec.breaker))
        deploymentRecords.append(DeploymentRecord(spec: spec))
        forecast?.addDeployment(on: instance, tag: tag, slots: spec.slots)
        models[model].deployments.append(index)
        models[model].order.append(KeyOrder.excluded)
    }
}
