extension PoolState {
    /// The usual case: a success of a plain grant, nobody waits and no breaker is open. False, and nothing done, otherwise.
    /// `now` is of no meaning where the latency is not measured.
    @inline(__always)
    mutating func settleAtOnce(_ grant: Grant, _ outcome: Outcome, sampled: Bool, at now: Moment) -> Bool {
        let (deployment, instance) = (Int(grant.deployment), Int(grant.instance))
        guard case .succeeded(let sample) = outcome, waiting == 0, instances[instance].breaker.isClosed,
            deployments[deployment].breaker.isClosed, !histories[deployment].isDoubted
        else { return false }
        traffic.ended()
        learnTimes(grant, sample, sampled: sampled)
        let changed = deployments[deployment].settleAtOnce(
            grant, sample, sampled: sampled, on: &instances[instance], of: &models[Int(grant.model)], at: now)
        switch changed {
        case .own: break
        case .all: rekeyAll(on: instance)
        }
        return true
    }

    /// Ends a lease: takes the request off the counts, learns from the outcome, serves whoever waits.
    package mutating func settle(_ grant: Grant, _ outcome: Outcome, sampled: Bool, at now: Moment) {
        let deployment = Int(grant.deployment)
        release(grant)
        switch grant.proof {
        case .none, .answer: break
        case .health: instances[Int(grant.instance)].isProving = false
        // With its first token it has shown what it could.
        case .room where sampled: break
        case .room:
            switch outcome {
            case .succeeded, .loaded, .answered: break
            case .failed, .declined, .ignored: tryPauseAgain(deployment, at: now)
            }
        }
        if grant.decision > 0 { endDecision(grant, outcome) }
        if grant.run >= 0 {
            switch outcome {
            case .succeeded(let sample): forecast!.ended(grant.run, sample, at: now.seconds)
            case .loaded(let time?): forecast!.loaded(grant.run, in: time, at: now.seconds)
            case .loaded(nil), .answered, .failed, .declined, .ignored: forecast!.ended(grant.run, nil, at: now.seconds)
            }
            orderPlan(at: now)
        }
        switch outcome {
        case .succeeded(let sample): succeed(deployment, grant, sample, sampled: sampled, at: now)
        case .loaded: succeed(deployment, grant, nil, sampled: sampled, at: now)
        case .answered(let time, let beginning):
            let sample = Sample(
                timeToFirstToken: time, duration: time, promptTokens: 0, completionTokens: 0, times: nil)
            succeed(deployment, grant, sample, sampled: sampled, beginning: beginning, at: now)
        case .failed(let failure): fail(deployment, grant, failure, at: now)
        case .declined(let status):
            if close(Int(grant.instance), grant) { refreshAll(on: Int(grant.instance), at: now) }
            decline(deployment, grant, status: status, at: now)
        case .ignored: conclude(deployment, grant, at: now)
        }
        if grant.proof != .none {
            refreshAll(on: Int(grant.instance), at: now)
        } else {
            rekeyAll(on: Int(grant.instance))
        }
        correct(grant, outcome, at: now)
        guard waiting > 0 else { return }
        serveAll(on: Int(grant.instance), at: now)
        if case .failed(.saturated) = outcome {
            turnAway(Int(grant.model), at: now)
        } else if grant.windowGeneration != 0 {
            turnAwayLimited(Int(grant.model), at: now)
        }
    }

    /// Ends a lease whose request was not sent.
    package mutating func withdraw(_ grant: Grant, at now: Moment) {
        uncount(grant, at: now)
        if grant.isBudgeted { traffic.refundRetry(at: now) }
        decisions?.change(grant.decision) { $0 = DecisionRing.Record() }
        settle(grant, .ignored, sampled: false, at: now)
        // Behind its end: until then it is in flight, and is taken off the answers with that.
        deployments[Int(grant.deployment)].requests -= 1
    }

    /// Ends a lease that nobody settled.
    package mutating func abandon(_ grant: Grant, at now: Moment) {
        histories[Int(grant.deployment)].abandoned += 1
        if grant.proof == .room { tryPauseAgain(Int(grant.deployment), at: now) }
        settle(grant, .ignored, sampled: true, at: now)
    }

    /// An early latency sample.
    package mutating func firstToken(_ grant: Grant, after time: Duration, at now: Moment) {
        let deployment = Int(grant.deployment)
        if grant.run >= 0 {
            forecast!.firstToken(grant.run, at: now.seconds)
            orderPlan(at: now)
        }
        confirmContext(grant, at: now)
        learn(deployment, time, promptTokens: Int(grant.promptTokens), at: now)
        if !deployments[deployment].isGone { rekey(deployment) }
        // It answers, so it takes requests again: the others need not wait for this answer's end.
        if grant.proof == .room { endPause(deployment, at: now) }
    }

    /// A good answer has begun to the request that tries whether a pause is over.
    package mutating func answered(_ grant: Grant, at now: Moment) {
        if grant.proof == .room { endPause(Int(grant.deployment), at: now) }
    }

    /// A refusal took so long.
    mutating func refused(_ grant: Grant, after time: Duration) {
        histories[Int(grant.deployment)].refusalTime = time
    }

    private mutating func endPause(_ deployment: Int, at now: Moment) {
        if deployments[deployment].pause.end(at: now) { changed(instance(of: deployment), at: now) }
    }

    /// The request that tried whether a pause is over has shown nothing. One that tried it early leaves it as it was.
    private mutating func tryPauseAgain(_ deployment: Int, at now: Moment) {
        deployments[deployment].pause.beTriedAgain(until: histories[deployment].earlyTrial.rest, at: now)
    }

    private mutating func release(_ grant: Grant) {
        let deployment = Int(grant.deployment)
        let instance = Int(grant.instance)
        traffic.ended()
        instances[instance].inFlight -= 1
        deployments[deployment].release()
        // A trial that was due but had no room has it now.
        if !deployments[deployment].breaker.isClosed || !instances[instance].breaker.isClosed {
            models[Int(grant.model)].wake = .zero
        }
    }

    private mutating func learn(_ deployment: Int, _ time: Duration, promptTokens: Int, at now: Moment) {
        guard let rule = models[model(of: deployment)].latencyRule else { return }
        deployments[deployment].latency.record(time, promptTokens: promptTokens, rule, at: now)
    }

    /// - Parameters:
    ///   - sample: nil where nothing was measured.
    ///   - beginning: what there was of an answer that was not waited for to its end; nil for all of it.
    private mutating func succeed(
        _ deployment: Int, _ grant: Grant, _ sample: Sample?, sampled: Bool, beginning: Beginning? = nil,
        at now: Moment
    ) {
        let instance = self.instance(of: deployment)
        confirmContext(grant, at: now)
        histories[deployment].earlyTrial.taken()
        let restored = close(instance, grant)
        let recovered = deployments[deployment].breaker.recordSuccess(generation: grant.deploymentGeneration)
        if recovered != nil { note(.recovered(place(instance, deployment))) }
        if grant.proof == .room, !sampled { _ = deployments[deployment].pause.end(at: now) }
        if recovered != nil || grant.proof == .health {
            // The trial's own latency is all that counts now, not the failures before it.
            forgetLatency(deployment, at: now)
            histories[deployment].proofDue = .never
            histories[deployment].isDoubted = false
        } else if histories[deployment].isDoubted, let sample, let failedAt = histories[deployment].failedAt,
            failedAt + sample.duration <= now
        {
            histories[deployment].isDoubted = false
            // Where nobody probes, the failure has asked for a trial by itself.
            if !instances[instance].isProbed { histories[deployment].proofDue = .never }
        }
        if let sample, !sampled || recovered != nil || grant.proof == .health {
            let tokens = sample.promptTokens > 0 ? sample.promptTokens : Int(grant.promptTokens)
            learn(deployment, sample.timeToFirstToken, promptTokens: tokens, at: now)
        }
        if let sample {
            // The end of an answer says whether its model was loaded for it.
            let isCold = beginning != nil && !wasResident(deployment, at: now + (.zero - sample.timeToFirstToken))
            if recovered != nil || grant.proof != .none {
                let isFirstToken = beginning.map { $0 == .firstToken } ?? (sampled || sample.times != nil)
                learnSlowness(grant, sample, isFirstToken: isFirstToken, isCold: isCold)
            }
            if let beginning {
                learnBeginning(grant, sample.timeToFirstToken, beginning, isCold: isCold)
            } else {
                learnTimes(grant, sample, sampled: sampled)
            }
        }
        if let sample, beginning == nil {
            deployments[deployment].record(sample)
        } else {
            deployments[deployment].isFailing = false
        }
        if recovered != nil {
            beginComeback(deployment, isProven: true, at: now)
        } else if histories[deployment].comeback.isOn {
            advanceComeback(deployment)
        }
        if restored || recovered != nil { refreshAll(on: instance, at: now) }
    }

    private mutating func fail(_ deployment: Int, _ grant: Grant, _ failure: Failure, at now: Moment) {
        let instance = self.instance(of: deployment)
        histories[deployment].failures += 1
        let misses = histories[deployment].missesTag
        if !deployments[deployment].isFailing { histories[deployment].failsSince = now }
        deployments[deployment].isFailing = true
        histories[deployment].failedAt = now
        histories[deployment].isDoubted = true
        histories[deployment].lastFailure = failure
        histories[deployment].failings.record(answers: deployments[deployment].answers)
        // Good probes count from the latest failure on; where nobody probes, time does.
        if deployments[deployment].breaker.isClosed { deployments[deployment].breaker.recordBadProbe() }
        histories[deployment].proofDue =
            instances[instance].isProbed ? .never : now + histories[deployment].breakerSettings.open
        var (pause, isRateLimit): (Duration?, Bool) = (nil, false)
        if case .saturated(let retryAfter, let isLimit) = failure { (pause, isRateLimit) = (retryAfter, isLimit) }
        if let rule = models[model(of: deployment)].latencyRule {
            deployments[deployment].latency.penalise(retryAfter: pause, rule, at: now)
        }
        switch failure {
        case .refused:
            askForProbe(instance)
            deployments[deployment].breaker.recordNothing(generation: grant.deploymentGeneration)
            trip(instance, grant, at: now)
        case .connectionLost, .timedOut:
            askForProbe(instance)
            castShadow(deployment, at: now)
            // Inconclusive for connections in general, but a trial that ends so has not shown that they work.
            if !instances[instance].breaker.isClosed { trip(instance, grant, at: now) }
            trip(deployment: deployment, grant, failure, at: now)
        case .serverError, .incomplete:
            _ = close(instance, grant)
            castShadow(deployment, at: now)
            trip(deployment: deployment, grant, failure, at: now)
        case .saturated:
            _ = close(instance, grant)
            deployments[deployment].breaker.recordNothing(generation: grant.deploymentGeneration)
            let length =
                pause
                ?? histories[deployment].earlyTrial.refused(
                    isTrial: grant.proof == .room, usual: settings.saturationPause)
            deployments[deployment].pause.begin(for: length, at: now)
            histories[deployment].earlyTrial.begin(
                until: deployments[deployment].pause.until, isRateLimit: isRateLimit, isTold: pause != nil,
                mayTry: !isRateLimit || instances[instance].isProbed, at: now)
        case .missingTag:
            _ = close(instance, grant)
            missTag(deployment, grant, isAgain: misses, at: now)
        }
        refreshAll(on: instance, at: now)
    }

    /// The lease says nothing. If it was a trial, the next request is one.
    private mutating func conclude(_ deployment: Int, _ grant: Grant, at now: Moment) {
        let instance = self.instance(of: deployment)
        if grant.proof == .health { histories[deployment].proofDue = now }
        if deployments[deployment].breaker.isClosed && instances[instance].breaker.isClosed { return }
        deployments[deployment].breaker.recordNothing(generation: grant.deploymentGeneration)
        instances[instance].breaker.recordNothing(generation: grant.instanceGeneration)
        refreshAll(on: instance, at: now)
    }

    /// - Parameter isAgain: its latest answer was the same.
    private mutating func missTag(_ deployment: Int, _ grant: Grant, isAgain: Bool, at now: Moment) {
        let instance = self.instance(of: deployment)
        // Nobody would ever find the tag again on an instance that is not probed, or whose list says nothing, as one does that lists it
        // all the same.
        guard instances[instance].isProbed, instanceRecords[instance].spec.tagMatching != .any,
            deployments[deployment].lacksTag || !isAgain || !settings.breakersEnabled
        else {
            askForProbe(instance)
            return trip(deployment: deployment, grant, .missingTag, at: now)
        }
        deployments[deployment].breaker.recordNothing(generation: grant.deploymentGeneration)
        askForProbe(instance)
        if !deployments[deployment].lacksTag {
            deployments[deployment].lacksTag = true
            note(.lacksTag(place(instance, deployment), tag: deploymentRecords[deployment].spec.tag))
        }
    }

    /// The instance has answered: if this was its breaker's trial, connections work again.
    private mutating func close(_ instance: Int, _ grant: Grant) -> Bool {
        guard instances[instance].breaker.recordSuccess(generation: grant.instanceGeneration) != nil else {
            return false
        }
        note(.recovered(place(instance)))
        return true
    }

    private mutating func trip(_ instance: Int, _ grant: Grant, at now: Moment) {
        guard settings.breakersEnabled else { return }
        let change = instances[instance].breaker.recordFailure(
            generation: grant.instanceGeneration, tripAfter: 1, settings: settings.connectionBreaker, at: now,
            random: &random)
        if case .opened(let wait) = change { note(.tripped(place(instance), for: wait)) }
    }

    private mutating func trip(deployment: Int, _ grant: Grant, _ failure: Failure, at now: Moment) {
        guard settings.breakersEnabled else { return }
        guard let threshold = threshold(of: deployment, failure) else { return }
        let change = deployments[deployment].breaker.recordFailure(
            generation: grant.deploymentGeneration, tripAfter: threshold,
            settings: histories[deployment].breakerSettings, isQuick: failure.isQuick, at: now, random: &random)
        if case .opened(let wait) = change {
            note(.tripped(place(instance(of: deployment), deployment), for: wait))
        }
    }

    /// After how many failures in a row a deployment is taken out; nil: not while it does a part of its work and no other one does more,
    /// since that part is better than nothing.
    ///
    /// Errors come at once and good answers take their time. Where no other one does better, the answers that it still works on
    /// therefore count for it: a few errors more show whether it does nothing.
    private func threshold(of deployment: Int, _ failure: Failure) -> Int? {
        if failure == .timedOut, isDumb(deployment) { return 1 }
        let usual = histories[deployment].breakerSettings.tripAfter(failure)
        guard deployments[deployment].breaker.isClosed, !hasBetter(than: deployment) else { return usual }
        if histories[deployment].failings.isPart(answers: deployments[deployment].answers) { return nil }
        return failure.isQuick ? usual + 2 * Int(deployments[deployment].inFlight) : usual
    }

    /// Whether another instance does more of its work: it may be picked, and has not failed since this one began to.
    private func hasBetter(than deployment: Int) -> Bool {
        let model = model(of: deployment)
        return models[model].deployments.contains { other in
            deployments[other].instance != deployments[deployment].instance && !deployments[other].isFailing
                && models[model].order[Int(deployments[other].place)] < KeyOrder.excluded
                && !histories[other].failings.isPart(answers: deployments[other].answers)
                && histories[other].failedAt.map { $0 < histories[deployment].failsSince } ?? true
        }
    }

    mutating func askForProbe(_ instance: Int) {
        guard instances[instance].isProbed, !instances[instance].isProbeAsked else { return }
        instances[instance].isProbeAsked = true
        note(.staleKnowledge(InstanceID(index: instance)))
    }

    mutating func forgetLatency(_ deployment: Int, at now: Moment) {
        guard let rule = models[model(of: deployment)].latencyRule else { return }
        deployments[deployment].latency = LatencyEWMA(rule, at: now)
    }
}
