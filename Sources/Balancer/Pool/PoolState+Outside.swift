/// Requests that other gateways send to the same instances.
///
/// A plain number beside each count of this gateway's own: picking adds it and looks nothing up, and its own counts stay
/// exact. The numbers are a quarter of a second old, so what this gateway does itself always counts for more.
extension PoolState {
    /// The requests of this gateway, for the others to hear of.
    package func loads() -> PoolLoads {
        PoolLoads(
            inFlight: deployments.indices.map { deployments[$0].inFlight },
            waiting: deployments.indices.map { Int32(clamping: models[model(of: $0)].waiters.count) })
    }

    /// The pool's instances and deployments as they were specified.
    package func places() -> PoolPlaces {
        PoolPlaces(
            instances: instanceRecords.map(\.spec), deployments: deploymentRecords.map(\.spec),
            gone: Set(deployments.indices.filter { deployments[$0].isGone }),
            goneInstances: Set(instances.indices.filter { instances[$0].isGone }))
    }

    /// Takes in what the others have in flight, and this gateway's parts of caps. Serves whoever waits for what came free.
    package mutating func take(_ load: OutsideLoad, at now: Moment) {
        var isEased = false
        for (deployment, known) in load.deployments.enumerated() where deployments.indices.contains(deployment) {
            guard !deployments[deployment].isGone else { continue }
            histories[deployment].outside = known.inFlight
            let limit = known.limit ?? Int32(clamping: deploymentRecords[deployment].spec.maxParallel ?? .max)
            let state = deployments[deployment]
            isEased = isEased || known.onPlacement < histories[deployment].outsideOnPlacement
            histories[deployment].outsideOnPlacement = known.onPlacement
            if limit != state.maxParallel {
                isEased = isEased || limit > state.maxParallel
                deployments[deployment].maxParallel = limit
                // A trial that was due but had no room may have it now.
                models[Int(state.model)].wake = .zero
                rekey(deployment)
            }
            forecast?.take(known, on: deployment, at: now.seconds)
        }
        for (instance, inFlight) in load.instances.enumerated()
        where instances.indices.contains(instance) && instances[instance].outside != inFlight {
            isEased = isEased || inFlight < instances[instance].outside
            instances[instance].outside = inFlight
            rekeyAll(on: instance)
        }
        guard isEased, waiting > 0 else { return }
        for model in models.indices where !models[model].waiters.isEmpty { serve(model, at: now) }
    }
}

/// The forecast's share of it.
extension Forecast {
    /// Other gateways have requests at a deployment's placement.
    ///
    /// Of places that seem free and for which others wait too, those that are not this gateway's to fill count as taken, so
    /// that no slot is promised twice before the next word.
    mutating func take(_ load: OutsideLoad.Deployment, on deployment: Int, at now: Double) {
        let placement = Int(placementOf[deployment])
        let slots = placements[placement].slots
        var outside = load.onPlacement
        if slots.isKnown, load.contenders > 0 {
            let free = slots.count - placements[placement].count - outside
            if free > 0 { outside += free - load.part(of: free) }
        }
        guard outside != placements[placement].outside else { return }
        integrate(placement, at: now)
        let instance = Int(placements[placement].instance)
        let wasAtWork = placements[placement].isAtWork
        instances[instance].outside += outside - placements[placement].outside
        placements[placement].outside = outside
        placements[placement].lookedAt = -.infinity
        if placements[placement].isAtWork != wasAtWork {
            instances[instance].active += wasAtWork ? -1 : 1
            changed(instance)
        }
    }
}
