/// Which deployment a request goes to, of those that it may go to.
extension PoolState {
    /// Whether the request does not exclude the deployment.
    func allows(_ request: PickRequest, _ deployment: Int) -> Bool {
        request.excluded.isEmpty || !request.excluded.contains(DeploymentID(index: deployment))
    }

    /// Whether nothing about the request keeps it from the deployment: it is not excluded, and was not tried.
    func isOpen(_ deployment: Int, to request: PickRequest) -> Bool {
        allows(request, deployment)
            && (request.tried.isEmpty || !request.tried.contains(InstanceID(index: instance(of: deployment))))
    }

    /// What the strategy prefers for a first attempt, where it goes by keys; nil when nothing may be picked.
    mutating func preferred(_ model: Int, _ request: PickRequest) -> Int? {
        guard request.excluded.isEmpty else { return lowest(model, request, isFailing: nil) }
        return models[model].order.pick(random: &random).map { models[model].deployments[$0] }
    }

    /// What the strategy prefers for another attempt.
    mutating func best(
        _ model: Int, _ request: PickRequest, isFailing: Bool, at now: Moment
    ) -> (deployment: Int, score: Score?)? {
        // A request that has failed has waited enough: it is sent even where it waits for a slot.
        if models[model].isForecast { return soonest(model, request, isFailing: isFailing, at: now) }
        return lowest(model, request, isFailing: isFailing).map { ($0, nil) }
    }

    /// The lowest key among those open to the request, equals by chance; one pass with a reservoir would see the keys out
    /// of order, so two. Rare: only retries and requests that exclude something come here. `isFailing` nil: any.
    private mutating func lowest(_ model: Int, _ request: PickRequest, isFailing: Bool?) -> Int? {
        func key(_ place: Int) -> Double? {
            let deployment = models[model].deployments[place]
            let key = models[model].order[place]
            guard key < KeyOrder.excluded, isFailing == nil || deployments[deployment].isFailing == isFailing,
                isOpen(deployment, to: request)
            else { return nil }
            return key
        }
        var least = KeyOrder.excluded
        for place in models[model].deployments.indices {
            if let key = key(place), key < least { least = key }
        }
        guard least < KeyOrder.excluded else { return nil }
        let limit = least + models[model].strategy.tolerance
        var seen = 0
        var chosen: Int?
        for place in models[model].deployments.indices {
            guard let key = key(place), key <= limit else { continue }
            seen += 1
            if random.below(seen) == 0 { chosen = models[model].deployments[place] }
        }
        return chosen
    }

    /// A deployment that is ready for a trial with this request.
    func dueTrial(_ model: Int, _ request: PickRequest, at now: Moment) -> Int? {
        models[model].deployments.first { deployment in
            guard case .coolingDown(_, .due) = availability(of: deployment, at: now) else { return false }
            return isOpen(deployment, to: request)
        }
    }
}
