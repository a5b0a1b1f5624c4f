import Balancer
import Dialects
import NIOCore

/// One attempt after the other on a model's instances: what is picked, what is sent, and what a failure leads to.
extension Exchange {
    /// Asks the balancer for an instance of the model, and goes by its answer.
    mutating func nextAttempt(at now: Moment) -> Action {
        guard let route else { return fail(.internalError, at: now) }
        ask.tried = plan.tried
        ask.isOptional = opinion.isOpen
        ask.patience = patience(at: now)
        ask.mostWait = Self.shortest(route.waitLimit(callers: callersLimit), ask.patience)
        ask.hasElsewhere = !passedOver.isInNeed
        waits.asked(at: now)
        do throws(PickError) {
            return start(try balancer.pick(route.model, ask), at: now)
        } catch {
            switch error {
            case .full(let why): return held(why, for: route, at: now)
            case .queueFull: return wait(for: route, at: now)
            case .unavailable(let why): return pauseOrFail(why, at: now)
            // A route is known here before its model is in the pool.
            case .exhausted, .budgetSpent, .unknownModel: return pauseOrFail(nil, at: now)
            case .excluded: return refuseAll(at: now)
            case .tooLate(let why): return refuse(why, at: now)
            }
        }
    }

    /// Nothing to pick now: a pause if this request has tried something and may try again, else the end.
    mutating func pauseOrFail(_ why: Unavailable?, at now: Moment) -> Action {
        if opinion.isOpen, let last = failures.last { return giveUp(last.error, last.kind, at: now) }
        let last = failures.last
        var error = last?.error ?? .noInstanceAvailable(message: "no instance is available; try again", retryAfter: 1)
        if let why, last?.isMissingTag ?? true {
            error = .noInstanceAvailable(message: why.message, retryAfter: Self.seconds(why.retryAfter))
        }
        let failure = last?.kind ?? .serviceUnavailable
        // Another model at once is better than this one after a pause.
        if let next = substitute(error, failure) {
            if let why, why.mayBeTried { passOver(why, at: now) }
            return enter(next, at: now)
        }
        if let why, why.mayBeTried, let action = tryInNeed(why, error, at: now) { return action }
        if let action = comeBack(error, at: now) { return action }
        // Where a policy has a number for the failure, it is tried again though nothing about it passes by itself.
        let isWorthIt = failure.mayPass || last?.isMissingTag == true || route?.rules.retries[failure] != nil
        if let last, isWorthIt, !isLimitTooLong(last),
            let pause = plan.pause(least: settings.retryAfter, chance: chance)
        {
            phase = .pausing(since: now)
            deadline = earliest(now + pause)
            return .pause
        }
        return fail(finalError(error), at: now)
    }

    /// The predicted wait is longer than the client's patience: better told now than later, unless another model takes
    /// what is too much here.
    mutating func refuse(_ why: Unavailable, at now: Moment) -> Action {
        if let action = overflow(at: now) { return action }
        waits.refused(predicted: why.predictedWait)
        // It fits once the wait has shrunk to what the client will wait; five minutes are the most that is promised.
        let excess = (why.predictedWait ?? why.retryAfter) - (ask.patience ?? .zero)
        return giveUp(
            .queueFull(
                message: "\(why.message), longer than this request may take; try again later",
                retryAfter: min(300, Self.seconds(excess))), .rateLimit, at: now)
    }

    /// Writes the request for what was picked, here or, where it is large, on another thread; the fence has its say first.
    mutating func start(_ picked: consuming Lease, at now: Moment) -> Action {
        let chosen = picked.deployment
        let target = routes.deployments[chosen.index].target
        let joins = settings.firstTokenDeadline != nil && target?.joinsStreams(for: head.front) == true
        guard let asked = asked?.joiningStream(joins), let target, let permit = permit(for: target, of: chosen, at: now)
        else {
            // The pool was asked for nothing that was known to be outside. What turns out to be only now (a tag that its
            // box passes on, a deployment the pool has gained meanwhile) is left out, and the next one asked for.
            Attempt.decline(picked)
            ask.excluded.insert(chosen)
            return nextAttempt(at: now)
        }
        self.asked = asked
        deployment = chosen.index
        let starting = Attempt(picked, at: now)
        let load = starting.loadTerms
        // Asked only where the answer matters: it is one more look at the pool.
        let drops = asked.request.dropParams ?? target.dropParams
        let lacksThinking = drops && asked.request.mayAskToThink && balancer.lacksThinking(chosen)
        attempt = consume starting
        guard !isLarge else {
            return away(
                BodyWork(
                    step: .encode(
                        asked.request, permit, load, lacksThinking: lacksThinking, unixSeconds: unixSeconds)))
        }
        var wire = ByteBuffer()
        do {
            try asked.lend { request throws(RequestFault) in
                try Provider.encode(
                    request, with: permit, load: load, lacksThinking: lacksThinking, unixSeconds: unixSeconds,
                    into: &wire)
            }
        } catch {
            _ = attempt.take()?.end(.ignored, at: now)
            return cannotWrite(error, at: now)
        }
        return launch(wire, at: now)
    }

    /// Nil where the request may not go there, or not before it is known what becomes of it there.
    private mutating func permit(
        for target: UpstreamTarget, of chosen: DeploymentID, at now: Moment
    ) -> EgressPermit? {
        let forwarding = confinement.isEmpty ? Forwarding.none : balancer.forwarding(of: chosen)
        do {
            return try Fence.permit(target, isPassedOn: forwarding != .none, for: confinement)
        } catch {
            switch forwarding {
            case .notYetKnown, .unknown: unlistedSince = unlistedSince ?? now
            case .none, .toCloud: record.fenceRefusals += 1
            }
            return nil
        }
    }

    /// The attempt's bytes are ready.
    mutating func launch(_ wire: ByteBuffer, at now: Moment) -> Action {
        guard let instance = attempt?.instance, let streamsUpstream = asked?.streamsUpstream else {
            return fail(.internalError, at: now)
        }
        account.began(isRetry: plan.attempts > 0)
        plan.began()
        opinion.close()
        if routes.deployments[deployment].target?.isLocal == false { record.cloudCalls += 1 }
        phase = .sent
        attempt?.started = now
        expectAnswer()
        if streamsUpstream, let first = settings.firstTokenDeadline, deadline.map({ now + first < $0 }) ?? true {
            deadline = now + first
            attempt?.limitIsCallers = false
        }
        return .send(wire, to: instance)
    }

    /// An attempt failed before a byte reached the client, or after: the one place that decides what then.
    ///
    /// A fault of the request is tried again only where a policy says so, since every instance would say the same. Where it
    /// may be the instance's own, another one is asked.
    mutating func attemptFailed(_ failure: AttemptFailure, at now: Moment) -> Action {
        guard let instance = attempt?.instance else { return .none }
        let error = failure.error(at: instanceName)
        endAttempt(failure.outcome, at: now)
        failures.add(failure, error)
        phase = .ready
        deadline = nil
        // Bytes that have gone out cannot be taken back; those that were only prepared can.
        if reply.isOut { return fail(error, at: now) }
        takeBack()
        let policy = route?.rules.retries[failure.kind]
        let chosen = DeploymentID(index: deployment)
        if opinion.isWanted(after: failure, hasPolicy: policy != nil, standsOut: balancer.standsOut(chosen)) {
            return askAnother(than: instance, at: now)
        }
        let limit = policy ?? (failure.isAboutRequest ? 0 : nil)
        let movesOn = failure.cause == .ours ? plan.passOver(instance) : plan.takeRetry(after: instance, limit: limit)
        if movesOn { return nextAttempt(at: now) }
        if opinion.isWantedAtLast(after: failure, hasPolicy: policy != nil) {
            return askAnother(than: instance, at: now)
        }
        return giveUp(error, failure.kind, at: now)
    }

    /// Ends the attempt that runs, if one does: its time and its tokens are kept.
    mutating func endAttempt(_ outcome: Outcome, at now: Moment) {
        guard let ended = attempt.take()?.end(outcome, at: now) else { return }
        account.ended(ended)
    }

    /// Nothing of the last attempt's answer has gone out, and nothing of it will.
    private mutating func takeBack() {
        account.takeBack(at: routes.deployments[deployment].price)
        reply.takeBack()
    }

    /// 0..<1, another one for each attempt.
    private var chance: Double {
        Double((head.random ^ head.random << UInt64(plan.attempts * 7 & 63)) >> 11) * 0x1p-53
    }
}
