extension PoolState {
    /// The usual case, which needs no clock: nothing but counts and keys decides. Nil when time, trials, retries or the
    /// queue have a say.
    @inline(__always)
    mutating func pickAtOnce(_ model: Int, _ request: PickRequest) -> Grant? {
        guard models.indices.contains(model), request.tried.isEmpty, request.excluded.isEmpty, !request.isRetry
        else { return nil }
        if let deployment = models[model].pickAtOnce() { return grantAtOnce(deployment, request) }
        return models[model].isScanned ? chooseAtOnce(model, request) : nil
    }

    /// `pickAtOnce` for a strategy that looks at all candidates.
    @inline(never)
    private mutating func chooseAtOnce(_ model: Int, _ request: PickRequest) -> Grant? {
        // Nothing has limits or a forecast here, so no time is looked at.
        guard models[model].isCalm, let deployment = choice(model, request, tier: 0, isFailing: nil, at: .zero)
        else { return nil }
        return grantAtOnce(deployment, request)
    }

    /// One exact step: chooses, and counts the request where it goes.
    package mutating func pick(_ model: Int, _ request: PickRequest, at now: Moment) -> Result<Grant, PickError> {
        guard models.indices.contains(model) else { return .failure(.unknownModel) }
        if now >= models[model].wake { refresh(model, at: now) }
        if !models[model].waiters.isEmpty { serve(model, at: now) }
        return attempt(model, request, isExplained: true, at: now)
    }

    /// `pick` without regard to waiting requests. Words are made only where `isExplained`.
    mutating func attempt(
        _ model: Int, _ request: PickRequest, isExplained: Bool, at now: Moment
    ) -> Result<Grant, PickError> {
        guard !request.hasFailed else {
            return retry(model, request, isExplained: isExplained, at: now)
        }
        // A trial goes first, or a strategy that shuns failures would never try a recovered instance.
        if models[model].dueTrials > 0, let trial = dueTrial(model, request, at: now) {
            return .success(admitTrial(trial, request, isBudgeted: false, at: now))
        }
        guard let deployment = preferred(model, request, at: now) else {
            return lastResort(model, request, isExplained: isExplained, at: now)
        }
        let score = foreseen(model, request, at: now)
        if let score, let error = holdBack(model, request, from: deployment, score, at: now) { return .failure(error) }
        return .success(grant(deployment, request, isBudgeted: false, score: score, at: now))
    }

    /// A request that has failed elsewhere gets a proven instance if there is one, in the lowest tier that has one open to
    /// it. Only what is not proven costs budget.
    private mutating func retry(
        _ model: Int, _ request: PickRequest, isExplained: Bool, at now: Moment
    ) -> Result<Grant, PickError> {
        var isBudgetSpent = false
        for tier in models[model].tiers.indices {
            if let proven = best(model, request, tier: tier, isFailing: false, at: now) {
                let score = foreseen(model, request, at: now)
                return .success(grant(proven, request, isBudgeted: false, score: score, at: now))
            }
            guard let failing = best(model, request, tier: tier, isFailing: true, at: now) else { continue }
            guard hasBudget(at: now) else {
                isBudgetSpent = true
                continue
            }
            let score = foreseen(model, request, at: now)
            return .success(grant(failing, request, isBudgeted: true, score: score, at: now))
        }
        if !isBudgetSpent, !request.isOptional, let trial = dueTrial(model, request, at: now) {
            if hasBudget(at: now) { return .success(admitTrial(trial, request, isBudgeted: true, at: now)) }
            isBudgetSpent = true
        }
        guard isBudgetSpent else { return lastResort(model, request, isExplained: isExplained, at: now) }
        // A place at one that is proven costs no budget, and opens.
        guard hasProvenFull(model, request, at: now) else { return .failure(.budgetSpent) }
        return .failure(.full(refusal(model, request, isExplained: isExplained, at: now)))
    }

    /// Whether one that is not failing will take a request before it has waited too long, for all that is known.
    private func hasProvenFull(_ model: Int, _ request: PickRequest, at now: Moment) -> Bool {
        models[model].deployments.contains { deployment in
            guard allows(request, deployment), !deployments[deployment].isFailing,
                !request.tried.contains(InstanceID(index: instance(of: deployment))),
                case .full(let fullness) = availability(of: deployment, at: now)
            else { return false }
            switch fullness {
            case .cap, .slots: return true
            case .busy(let until), .tried(let until), .limit(_, let until):
                return request.mostWait.map { until - now <= $0 } ?? true
            }
        }
    }

    /// Nothing is eligible. The panic rule: rather than fail the request, one trial is sent before its time to a
    /// deployment that only its breaker excludes, in the lowest tier the least bad first (the one that would be tried
    /// soonest), one trial at a time each. Never to one that drains, lacks its tag, is down or refuses connections, and not
    /// while anything else stands in: another model, or a place that opens in time.
    private mutating func lastResort(
        _ model: Int, _ request: PickRequest, isExplained: Bool, at now: Moment
    ) -> Result<Grant, PickError> {
        var isAllowed = models[model].deployments.isEmpty
        var leastBad: Int?
        var soonest = Moment.never
        var hasUntriedFull = false
        var hasTried = false
        var leastOrder = Int.max
        var newcomer: Int?
        var hasFullNewcomer = false
        for deployment in models[model].deployments where allows(request, deployment) {
            isAllowed = true
            let wasTried = request.tried.contains(InstanceID(index: instance(of: deployment)))
            switch availability(of: deployment, at: now) {
            case .full where wasTried: hasTried = true
            case .ready, .unknown, .full(.slots):
                if wasTried || hasAllowance(deployment, for: request, at: now) {
                    hasTried = true
                } else {
                    hasUntriedFull = true
                }
            case .full: hasUntriedFull = true
            case .coolingDown(let until, .early(wasRefused: false))
            where !wasTried && hasRoom(deployment, for: request, at: now)
                && (order(of: deployment), until) < (leastOrder, soonest):
                leastBad = deployment
                (leastOrder, soonest) = (order(of: deployment), until)
            case .unproven where !wasTried && isUntold(deployment):
                if !hasRoom(deployment, for: request, at: now) {
                    hasFullNewcomer = true
                } else if newcomer.map({ comesBefore(deployment, $0) }) ?? true {
                    newcomer = deployment
                }
            case .unproven, .coolingDown, .down, .draining, .lacksTag, .disabled: break
            }
        }
        guard isAllowed else { return .failure(.excluded) }
        // They are full like others: a place opens there, or with their first probe.
        if newcomer == nil, hasFullNewcomer { hasUntriedFull = true }
        if hasUntriedFull, leastBad == nil || request.hasElsewhere || isSoonOpen(model, to: request, at: now) {
            let early = leastBad == nil ? earlyTrial(model, request, at: now) : nil
            if let early, !request.hasElsewhere { return tryInNeed(early, request, at: now) }
            var why = refusal(model, request, isExplained: isExplained, at: now)
            why.mayBeTried = leastBad != nil || early != nil
            return .failure(.full(why))
        }
        if let newcomer, !request.isOptional {
            let isRetry = !request.tried.isEmpty || request.isRetry
            if isRetry && !hasBudget(at: now) { return .failure(.budgetSpent) }
            return .success(grant(newcomer, request, isBudgeted: isRetry, at: now))
        }
        if leastBad != nil, request.hasElsewhere {
            var why = refusal(model, request, isExplained: isExplained, at: now)
            why.mayBeTried = true
            return .failure(.unavailable(why))
        }
        if let leastBad, !request.isOptional { return tryInNeed(leastBad, request, at: now) }
        if hasTried { return .failure(.exhausted) }
        return .failure(.unavailable(refusal(model, request, isExplained: isExplained, at: now)))
    }

    /// Whether nothing bad is known of an instance that came to the running pool and has answered no probe yet. Where all of a model's
    /// instances are such, it is like a pool that begins, in which they may be picked at once.
    func isUntold(_ deployment: Int) -> Bool {
        let instance = instances[instance(of: deployment)]
        return instance.reach == .unknown && instance.badProbes == 0 && instance.breaker.isClosed
            && deployments[deployment].breaker.isClosed && !deployments[deployment].lacksTag
    }

    /// In the lower tier, or with less to do.
    private func comesBefore(_ one: Int, _ other: Int) -> Bool {
        (order(of: one), instances[instance(of: one)].all) < (order(of: other), instances[instance(of: other)].all)
    }

    /// Sends a request where it would not go but in need. A retry costs budget.
    private mutating func tryInNeed(
        _ deployment: Int, _ request: PickRequest, at now: Moment
    ) -> Result<Grant, PickError> {
        let isRetry = !request.tried.isEmpty || request.isRetry
        if isRetry && !hasBudget(at: now) { return .failure(.budgetSpent) }
        return .success(admitTrial(deployment, request, isBudgeted: isRetry, at: now))
    }

    /// A deployment that has asked for a long pause, and may be tried before its time: now and then, by a request that would be
    /// refused else.
    private func earlyTrial(_ model: Int, _ request: PickRequest, at now: Moment) -> Int? {
        guard !request.isOptional, !isSoonOpen(model, to: request, at: now) else { return nil }
        return models[model].deployments.first { deployment in
            guard histories[deployment].earlyTrial.isDue(at: now), isOpen(deployment, to: request, at: now),
                deployments[deployment].inFlight < deployments[deployment].maxParallel,
                case .full(.busy) = availability(of: deployment, at: now)
            else { return false }
            return true
        }
    }

    private func hasRoom(_ deployment: Int, for request: PickRequest, at now: Moment) -> Bool {
        let state = deployments[deployment]
        return state.inFlight < state.maxParallel && !state.pause.lasts(at: now)
            && hasAllowance(deployment, for: request, at: now)
    }

    /// Whether one more retry may go to an instance that is failing.
    package mutating func hasBudget(at now: Moment) -> Bool { traffic.mayRetry(within: settings.retryBudget, at: now) }

    private mutating func admitTrial(
        _ deployment: Int, _ request: PickRequest, isBudgeted: Bool, at now: Moment
    ) -> Grant {
        let instance = self.instance(of: deployment)
        if case .open = instances[instance].breaker.state {
            _ = instances[instance].breaker.admitTrial()
            note(.halfOpened(place(instance)))
        }
        if case .open = deployments[deployment].breaker.state {
            _ = deployments[deployment].breaker.admitTrial()
            note(.halfOpened(place(instance, deployment)))
        }
        let isProof = deployments[deployment].breaker.isClosed && instances[instance].breaker.isClosed
        // Its own breaker: what it failed of long ago says nothing of a failure of its instance.
        let wasSilent = !deployments[deployment].breaker.isClosed && histories[deployment].lastFailure == .timedOut
        histories[deployment].proofDue = .never
        var grant = grant(deployment, request, isBudgeted: isBudgeted, way: .trial, at: now)
        if deployments[deployment].pause.phase == .asked {
            deployments[deployment].pause.beTried(refusal: histories[deployment].refusalTime, at: now)
            histories[deployment].earlyTrial.went(at: now)
            grant.become(.room)
        } else if isProof {
            instances[instance].isProving = true
            grant.become(.health)
        } else if wasSilent {
            grant.become(.answer)
        }
        refreshAll(on: instance, at: now)
        return grant
    }

    /// Counts a request on a deployment.
    @inline(__always)
    private mutating func count(_ deployment: Int) -> (instance: Int, model: Int) {
        let instance = self.instance(of: deployment)
        let model = self.model(of: deployment)
        traffic.began()
        switch deployments[deployment].count(on: &instances[instance], of: &models[model]) {
        case .own: break
        case .all: rekeyAll(on: instance)
        }
        return (instance, model)
    }

    /// `count` by the clock of the deployment's tier.
    private mutating func countInTier(_ deployment: Int) -> (instance: Int, model: Int) {
        let model = self.model(of: deployment)
        guard models[model].isTiered, let tier = tier(of: deployment) else { return count(deployment) }
        models[model].clock = models[model].tiers[tier].clock
        let counted = count(deployment)
        models[model].tiers[tier].clock = models[model].clock
        return counted
    }

    /// Counts a request where nothing is foreseen and no decision is kept.
    @inline(__always)
    private mutating func grantAtOnce(_ deployment: Int, _ request: PickRequest) -> Grant {
        let (instance, model) = count(deployment)
        let context = contextTerms(request, on: deployment)
        return Self.bareGrant(
            deployments[deployment], at: deployment, on: instances[instance], isTimed: models[model].isTimed, request,
            context)
    }

    /// A grant of which nothing is foreseen or kept.
    @inline(__always)
    private static func bareGrant(
        _ deployment: DeploymentState, at index: Int, on instance: InstanceState, isTimed: Bool, _ request: PickRequest,
        _ context: ContextTerms
    ) -> Grant {
        Grant(
            deployment: Int32(truncatingIfNeeded: index), instance: deployment.instance, model: deployment.model,
            promptTokens: Int32(clamping: request.promptTokens), deploymentGeneration: deployment.breaker.generation,
            instanceGeneration: instance.breaker.generation, isBudgeted: false, learns: request.learns,
            ahead: ahead(of: instance), serial: instance.granted, isTimed: isTimed,
            isPlain: deployment.breaker.isClosed && instance.breaker.isClosed && context.generation == 0,
            context: context.tokens, contextGeneration: context.generation)
    }

    /// The requests that were at an instance before the one that has just been counted.
    @inline(__always)
    private static func ahead(of instance: InstanceState) -> UInt16 { UInt16(clamping: instance.inFlight - 1) }

    /// Counts the request, and keeps what was foreseen for it and why.
    mutating func grant(
        _ deployment: Int, _ request: PickRequest, isBudgeted: Bool, score: Score? = nil,
        way: DecisionRing.Way = .best, waited: Duration = .zero, at now: Moment
    ) -> Grant {
        let decision = keepDecision(deployment, request, score, way: way, waited: waited, at: now)
        let (instance, model) = countInTier(deployment)
        if isBudgeted { traffic.chargeRetry(at: now) }
        let metered = meter(deployment, request, at: now)
        var run: Int32 = -1
        var foreseen = (firstToken: -1.0, pace: -1.0)
        if forecast != nil {
            var demand = Demand(request)
            if request.context == nil { demand.context = deployments[deployment].context }
            let placement = Int(forecast!.placementOf[deployment])
            let score = score ?? forecast!.score(demand, on: placement, waiting: waiting, at: now.seconds)
            run = forecast!.began(demand, on: placement, score, at: now.seconds)
            foreseen = (score.firstToken, score.pace)
        }
        let context = contextTerms(request, on: deployment)
        return Grant(
            deployment: Int32(deployment), instance: Int32(instance), model: Int32(model),
            promptTokens: Int32(clamping: request.promptTokens),
            deploymentGeneration: deployments[deployment].breaker.generation,
            instanceGeneration: instances[instance].breaker.generation, isBudgeted: isBudgeted,
            learns: request.learns, ahead: Self.ahead(of: instances[instance]), serial: instances[instance].granted,
            isTimed: models[model].isTimed,
            isPlain: deployments[deployment].breaker.isClosed && instances[instance].breaker.isClosed && !isBudgeted
                && run < 0 && decision == 0 && context.generation == 0 && metered.generation == 0
                && !histories[deployment].comeback.isOn,
            context: context.tokens, contextGeneration: context.generation, windowGeneration: metered.generation,
            windowTokens: metered.tokens, run: run,
            foreseenFirstToken: foreseen.firstToken,
            foreseenPace: foreseen.pace, decision: decision)
    }
}
