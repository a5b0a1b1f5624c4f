/// The queues of models whose strategy needs predictions: planned, not first come, first served.
extension PoolState {
    /// After so long in the queue a request is served among more urgent ones, now and then, and its model is loaded even
    /// where others are still at work.
    static let overdue = Duration.seconds(30)

    /// Starts or goes on planning: something has changed for the waiting requests.
    mutating func orderPlan(at now: Moment) {
        guard waiting > 0, forecast != nil else { return }
        plans.somethingChanged(at: now)
    }

    /// `beginPlan` for a plan that was ordered for `due`; nil when an earlier one has made it needless.
    mutating func beginPlan(orderedFor due: Moment, at now: Moment) -> QueuePlan? {
        plans.comes(orderedFor: due, at: now) ? beginPlan(at: now) : nil
    }

    /// The facts that a plan needs; nil when no request waits for one. Copies, because the pool goes on meanwhile.
    package mutating func beginPlan(at now: Moment) -> QueuePlan? {
        plans.begins(at: now)
        guard let forecast, models.indices.contains(where: { models[$0].isPredicted && !models[$0].waiters.isEmpty })
        else { return nil }
        var members: [[QueuePlan.Member]] = []
        var lines: [QueuePlan.Waiting] = []
        for model in models.indices {
            guard models[model].isPredicted, !models[model].waiters.isEmpty else {
                members.append([])
                continue
            }
            if now >= models[model].wake { refresh(model, at: now) }
            members.append(eligible(model))
            let isPoor = members[model].contains(where: \.isFailing) && !hasBudget(at: now)
            for waiter in models[model].waiters {
                var demand = Demand(waiter.request)
                demand.mostHeld = mostHeld(model, waiter.request, waited: now - waiter.since)
                if let first = models[model].deployments.first {
                    demand.expectedTokens = forecast.expectedTokens(
                        on: Int(forecast.placementOf[first]), flow: demand.flow)
                }
                lines.append(
                    QueuePlan.Waiting(
                        ticket: waiter.number, model: model, demand: demand,
                        tried: waiter.request.tried, excluded: waiter.request.excluded,
                        needsProven: isPoor && waiter.request.hasFailed,
                        mostTokens: waiter.request.mostTokens, turn: waiter.turn,
                        isOverdue: now - waiter.since > Self.overdue))
            }
        }
        return QueuePlan(
            moment: now, forecast: forecast.copied(), members: members, waiting: lines,
            servedBefore: servedSinceOverdue, keepsCandidates: decisions != nil)
    }

    /// Carries a plan out as far as it still holds.
    package mutating func apply(_ plan: [QueuePlan.Decision], at now: Moment) {
        for model in models.indices where models[model].isPredicted {
            models[model].foreseenWait = 0
            models[model].foreseenAt = now.seconds
        }
        var planned: [Int: Int] = [:]
        // By deployment, those that wait for a slot there: they fill it up for those behind them.
        var held: [Int: Int32] = [:]
        for decision in plan {
            let model = decision.model
            planned[model, default: 0] += 1
            guard let index = models[model].waiters.index(of: decision.ticket) else {
                continue
            }
            guard let score = decision.score else {
                serveInNeed(model, index, at: now)
                continue
            }
            if score.isFree, let fresh = stillFree(decision, models[model].waiters[index], held, at: now) {
                let waiter = removeWaiter(model, index)
                fairness.served(waiter.turn)
                servedSinceOverdue = now - waiter.since > Self.overdue ? 0 : servedSinceOverdue + 1
                if decisions != nil {
                    beginDecision(
                        model, waiter.request, tier: tier(of: decision.deployment) ?? 0, hasScores: true, at: now)
                    for candidate in decision.candidates { decisions?.add(candidate) }
                }
                let grant = grant(
                    decision.deployment, waiter.request,
                    isBudgeted: waiter.request.hasFailed && deployments[decision.deployment].isFailing, score: fresh,
                    way: .queue,
                    waited: now - waiter.since, at: now)
                serve(waiter, with: grant)
            } else if isTooLate(models[model].waiters[index], score, at: now) {
                // Told at once, so that those behind it may be in time: it would be in the way of all of them.
                let waiter = removeWaiter(model, index)
                forgo(waiter)
                refuse(waiter, with: .tooLate(wait(score.firstToken, model)))
            } else {
                if models[model].isTiered { held[decision.deployment, default: 0] += 1 }
                models[model].waiters.foresee(score.firstToken, at: index)
                models[model].foreseenWait = max(models[model].foreseenWait, score.firstToken)
            }
        }
        for model in models.indices where models[model].isPredicted {
            turnAwayLimited(model, at: now)
        }
        // A plan looks at so many; those behind them wait as much longer.
        for (model, count) in planned where count > 0 && models[model].waiters.count > count {
            models[model].foreseenWait *= Double(models[model].waiters.count) / Double(count)
        }
        if waiting > 0 { plans.goesOn(at: now) }
    }

    /// Whether one in line will have its first token later than its client cares to wait, for all that is known.
    private func isTooLate(_ waiter: Waiter, _ score: Score, at now: Moment) -> Bool {
        guard let patience = waiter.request.patience else { return false }
        return now.seconds + score.firstToken > (waiter.since + patience).seconds
    }

    /// The deployments that may be picked, by tier.
    private func eligible(_ model: Int) -> [QueuePlan.Member] {
        let others = mayPassOver ? unshadowedLoad(of: model) : UnshadowedLoad()
        return models[model].tiers.indices.flatMap { tier in
            let members = members(of: model, tier: tier)
            let best = members.filter { !isPassedOver(Int($0.deployment), beside: others) }
            return best.isEmpty ? members : best
        }
    }

    private func members(of model: Int, tier: Int) -> [QueuePlan.Member] {
        models[model].tiers[tier].places.compactMap { place in
            guard models[model].order[place] < KeyOrder.excluded else { return nil }
            let deployment = models[model].deployments[place]
            let state = deployments[deployment]
            return QueuePlan.Member(
                deployment: Int32(deployment), instance: state.instance, tier: tier, context: state.context,
                isFailing: state.isFailing,
                room: state.maxParallel - state.inFlight, window: window(of: deployment),
                served: models[model].order.served(place))
        }
    }

    /// The pool has gone on since the plan was made, so the place is looked at anew; nil when it is taken, or out, or a
    /// lower tier has one.
    private mutating func stillFree(
        _ decision: QueuePlan.Decision, _ waiter: Waiter, _ held: [Int: Int32], at now: Moment
    ) -> Score? {
        let request = waiter.request
        let state = deployments[decision.deployment]
        guard !state.isGone, models[Int(state.model)].order[Int(state.place)] < KeyOrder.excluded,
            isOpen(decision.deployment, to: request, at: now),
            !isLowerOpen(than: decision.deployment, request, held, at: now),
            !(request.hasFailed && state.isFailing) || hasBudget(at: now)
        else { return nil }
        var demand = Demand(request)
        demand.mostHeld = mostHeld(decision.model, request, waited: now - waiter.since)
        if request.context == nil { demand.context = state.context }
        let placement = Int(forecast!.placementOf[decision.deployment])
        var fresh = forecast!.score(demand, on: placement, waiting: waiting, at: now.seconds)
        if decision.isForced, forecast!.canLoad(placement, fresh, at: now.seconds) { fresh.isFree = true }
        return fresh.isFree ? fresh : nil
    }

    /// Whether a tier below the deployment's has something for the request beyond what those wait for who are before it.
    private func isLowerOpen(
        than deployment: Int, _ request: PickRequest, _ held: [Int: Int32], at now: Moment
    ) -> Bool {
        let model = self.model(of: deployment)
        guard models[model].isTiered, let own = tier(of: deployment) else { return false }
        return models[model].tiers[..<own].contains { tier in
            tier.places.contains { place in
                let other = models[model].deployments[place]
                let state = deployments[other]
                let waits = held[other] ?? 0
                return models[model].order[place] < KeyOrder.excluded && isOpen(other, to: request, at: now)
                    && state.inFlight + waits < state.maxParallel && (waits == 0 || state.window < 0)
            }
        }
    }

    /// No plan can place it: a trial may serve it, else it is told why nothing does.
    private mutating func serveInNeed(_ model: Int, _ index: Int, at now: Moment) {
        let waiter = models[model].waiters[index]
        switch attempt(model, waiter.request, isExplained: true, at: now) {
        case .success(let grant):
            removeWaiter(model, index)
            serve(waiter, with: grant)
        case .failure(.full): break
        case .failure(let error):
            forgo(removeWaiter(model, index))
            refuse(waiter, with: error)
        }
    }
}
