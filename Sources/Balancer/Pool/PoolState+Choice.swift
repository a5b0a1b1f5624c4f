/// The choice among the deployments that a request may go to.
extension PoolState {
    /// Whether the request does not exclude the deployment.
    func allows(_ request: PickRequest, _ deployment: Int) -> Bool {
        request.excluded.isEmpty || !request.excluded.contains(DeploymentID(index: deployment))
    }

    /// Whether nothing about the request keeps it from the deployment: it is not excluded and was not tried, and the
    /// deployment's limits have room for it.
    func isOpen(_ deployment: Int, to request: PickRequest, at now: Moment) -> Bool {
        allows(request, deployment)
            && (request.tried.isEmpty || !request.tried.contains(InstanceID(index: instance(of: deployment))))
            && hasAllowance(deployment, for: request, at: now)
    }

    /// Whether anything about the request may keep it from some deployment of the model.
    func isRestricted(_ model: Int, _ request: PickRequest) -> Bool {
        models[model].isLimited || !request.excluded.isEmpty || !request.tried.isEmpty
    }

    /// The strategy's choice for a first attempt in the lowest tier that has anything; nil when nothing may be picked.
    /// `foreseen` says what is predicted there.
    mutating func preferred(_ model: Int, _ request: PickRequest, at now: Moment) -> Int? {
        if models[model].isKeyed, request.excluded.isEmpty, !models[model].isTiered, !models[model].isLimited {
            return models[model].order.pick().map { models[model].deployments[$0] }
        }
        for tier in models[model].tiers.indices {
            if let best = best(model, request, tier: tier, isFailing: nil, at: now) { return best }
        }
        return nil
    }

    /// The strategy's choice in a tier. `isFailing` nil: any. A request that has failed has waited enough: it is sent even
    /// where it waits for a slot.
    mutating func best(_ model: Int, _ request: PickRequest, tier: Int, isFailing: Bool?, at now: Moment) -> Int? {
        guard models[model].isKeyed else { return choice(model, request, tier: tier, isFailing: isFailing, at: now) }
        return lowest(model, request, tier: tier, isFailing: isFailing, at: now)
    }

    /// The choice of a strategy that looks at all of them.
    mutating func choice(_ model: Int, _ request: PickRequest, tier: Int, isFailing: Bool?, at now: Moment) -> Int? {
        var room = ChoiceRoom()
        swap(&room, &self.room)
        defer { swap(&room, &self.room) }
        room.candidates.removeAll(keepingCapacity: true)
        room.scores.removeAll(keepingCapacity: true)
        let isRestricted = isRestricted(model, request)
        for place in models[model].tiers[tier].places where models[model].order[place] < KeyOrder.excluded {
            let deployment = models[model].deployments[place]
            if let isFailing, deployments[deployment].isFailing != isFailing { continue }
            if isRestricted, !isOpen(deployment, to: request, at: now) { continue }
            let state = deployments[deployment]
            let inFlight = instances[Int(state.instance)].load
            room.candidates.append(
                Candidate(
                    instance: InstanceID(index: Int(state.instance)),
                    slots: state.slots == .max ? nil : Int(state.slots), served: models[model].order.served(place),
                    predicted: 0, tally: models[model].tally(of: state, inFlight: inFlight),
                    deployment: Int32(deployment)))
        }
        if mayPassOver {
            let others = unshadowedLoad(of: model)
            room.passOver { isPassedOver(Int($0.deployment), beside: others) }
        }
        predict(model, request, tier: tier, &room, at: now)
        guard !room.candidates.isEmpty else { return nil }
        room.chosen = models[model].chooser.choose(request, from: room.candidates.span, random: &random)
        return Int(room.candidates[room.chosen].deployment)
    }

    /// The prediction for a request where the latest choice sends it; nil where the model's strategy needs none. Asked
    /// for by itself, since most choices would only carry it along.
    func foreseen(_ model: Int, _ request: PickRequest, at now: Moment) -> Score? {
        guard models[model].isPredicted, !models[model].isKeyed, let forecast, room.scores.indices.contains(room.chosen)
        else { return nil }
        var score = room.scores[room.chosen]
        let placement = Int(forecast.placementOf[Int(room.candidates[room.chosen].deployment)])
        score.isFree = forecast.mayGo(Demand(request), on: placement, score, at: now.seconds)
        return score
    }

    /// The lowest key among those of a tier that are open to the request, of equals the one served longest ago.
    /// `isFailing` nil: any.
    private mutating func lowest(
        _ model: Int, _ request: PickRequest, tier: Int, isFailing: Bool?, at now: Moment
    ) -> Int? {
        let places = models[model].tiers[tier].places
        func key(_ place: Int) -> Double? {
            let deployment = models[model].deployments[place]
            let key = models[model].order[place]
            guard key < KeyOrder.excluded, isFailing == nil || deployments[deployment].isFailing == isFailing,
                isOpen(deployment, to: request, at: now)
            else { return nil }
            return key
        }
        var least = KeyOrder.excluded
        for place in places {
            if let key = key(place), key < least { least = key }
        }
        guard least < KeyOrder.excluded else { return nil }
        let limit = least + models[model].keyed.tolerance
        var oldest = Double.infinity
        var chosen: Int?
        for place in places where models[model].order.served(place) < oldest {
            guard let key = key(place), key <= limit else { continue }
            oldest = models[model].order.served(place)
            chosen = models[model].deployments[place]
        }
        return chosen
    }

    /// A deployment that is ready for a trial with this request, the lowest tier first; none above the tier that serves
    /// the request.
    func dueTrial(_ model: Int, _ request: PickRequest, at now: Moment) -> Int? {
        for tier in models[model].tiers.indices {
            let trial = models[model].tiers[tier].places.first { place in
                let deployment = models[model].deployments[place]
                guard deployments[deployment].isDue, isOpen(deployment, to: request, at: now) else { return false }
                switch availability(of: deployment, at: now) {
                case .coolingDown(_, .due), .ready, .unknown, .full(.slots): return true
                case .coolingDown, .full, .down, .draining, .lacksTag, .disabled: return false
                }
            }
            if let trial { return models[model].deployments[trial] }
            if models[model].isTiered, serves(model, request, tier: tier, at: now) { return nil }
        }
        return nil
    }

    /// Whether a tier has anything that may be picked for the request.
    private func serves(_ model: Int, _ request: PickRequest, tier: Int, at now: Moment) -> Bool {
        models[model].tiers[tier].places.contains { place in
            models[model].order[place] < KeyOrder.excluded
                && isOpen(models[model].deployments[place], to: request, at: now)
        }
    }

    /// The `order` of a deployment.
    func order(of deployment: Int) -> Int { deploymentRecords[deployment].spec.order }

    /// The tier of a deployment.
    func tier(of deployment: Int) -> Int? {
        let order = order(of: deployment)
        return models[model(of: deployment)].tiers.firstIndex { $0.order == order }
    }
}
