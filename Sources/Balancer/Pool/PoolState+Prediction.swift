/// Requests of models whose strategy needs predictions, before they are sent.
extension PoolState {
    /// Predicts what the request costs at each candidate.
    mutating func predict(
        _ model: Int, _ request: PickRequest, tier: Int, _ room: inout ChoiceRoom, at now: Moment
    ) {
        guard models[model].isPredicted else { return }
        var demand = Demand(request)
        demand.mostHeld = mostHeld(model, request)
        guard var forecast = forecast.take() else { return }
        if let first = models[model].deployments.first {
            // Once for all of them: a key's answers hardly depend on the instance.
            let tag = Int(forecast.placements[Int(forecast.placementOf[first])].tag)
            demand.expectedTokens = forecast.tags[tag].keyLengths.expected(request.flow)
        }
        if decisions != nil { beginDecision(model, request, tier: tier, hasScores: true, at: now) }
        for index in room.candidates.indices {
            let deployment = Int(room.candidates[index].deployment)
            if request.context == nil { demand.context = deployments[deployment].context }
            let placement = Int(forecast.placementOf[deployment])
            let score = forecast.score(demand, on: placement, waiting: waiting, at: now.seconds)
            room.candidates[index].predicted = score.total
            room.scores.append(score)
            if decisions != nil {
                let candidate = DecisionRing.Candidate(
                    deployment: Int32(deployment),
                    inFlight: Int32(clamping: instances[instance(of: deployment)].all),
                    total: score.total, score: score)
                decisions?.add(candidate)
            }
        }
        self.forecast = forecast
    }

    /// Why the request has to wait at the gateway although the strategy has chosen; nil when it may go: its best place is
    /// free and nobody as urgent waits.
    mutating func holdBack(
        _ model: Int, _ request: PickRequest, from deployment: Int, _ score: Score, at now: Moment
    ) -> PickError? {
        // A waiting request that may not go there does not stand before it.
        let isFirst = !models[model].waiters.contains {
            $0.request.serviceClass <= request.serviceClass && allows($0.request, deployment)
        }
        if score.isFree, isFirst {
            fairness.served(fairness.tag(request.flow, cost: cost(of: request, on: deployment)))
            return nil
        }
        decisions?.cancel()
        let foreseen = max(score.firstToken, models[model].predictedWait(at: now) ?? 0)
        if let patience = request.patience, foreseen > patience.inSeconds { return .tooLate(wait(foreseen, model)) }
        return .full(wait(foreseen, model))
    }

    /// Up to how many seconds to its first token a request that has waited so long may wait at the gateway for others' prompts
    /// to be read: not where there is but one place, no room in the queue, or less time than that.
    @inline(__always)
    func mostHeld(_ model: Int, _ request: PickRequest, waited: Duration = .zero) -> Double {
        guard !request.goesAtOnce, models[model].deployments.count > 1,
            models[model].waiters.count < settings.maxWaiting
        else { return 0 }
        switch (request.patience, request.mostWait) {
        case (nil, nil): return .infinity
        case (let most?, nil), (nil, let most?): return (most - waited).inSeconds
        case (let patience?, let mostWait?): return (min(patience, mostWait) - waited).inSeconds
        }
    }

    /// Gives a request that joins the queue its turn among the keys, and has the queue planned.
    mutating func takeTurn(_ waiter: inout Waiter, _ model: Int, at now: Moment) {
        if let any = models[model].deployments.first {
            waiter.cost = cost(of: waiter.request, on: any)
            waiter.turn = fairness.tag(waiter.request.flow, cost: waiter.cost)
        }
        orderPlan(at: now)
    }

    /// The cost of a request to its key, in tokens.
    func cost(of request: PickRequest, on deployment: Int) -> Double {
        guard let forecast else { return Double(request.promptTokens) }
        let expected = forecast.expectedTokens(on: Int(forecast.placementOf[deployment]), flow: request.flow)
        return Double(request.promptTokens) + min(expected, request.outputLimit.map(Double.init) ?? .infinity)
    }

    func wait(_ seconds: Double, _ model: Int) -> Unavailable {
        let whole = max(1, Int(min(seconds, 3600).rounded(.up)))
        return Unavailable(
            message: "every slot for `\(models[model].name)` is at work; the predicted wait is \(whole) s",
            retryAfter: .seconds(min(whole, 300)), predictedWait: .seconds(min(seconds, 3e9)))
    }
}
