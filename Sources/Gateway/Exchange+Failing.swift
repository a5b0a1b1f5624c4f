public import Balancer
import Dialects
import Ledger

/// A failed attempt, or none that can be made: another instance, another model, a pause, or the client is told.
extension Exchange {
    /// An attempt failed before a byte reached the client, or after: the one place that decides what then.
    mutating func attemptFailed(_ failure: AttemptFailure, at now: Moment) -> Action {
        guard let instance = attempt?.instance else { return .none }
        var error = failure.error(at: instanceName)
        let isClients = isUnknownName(failure)
        if isClients { error = .modelNotFound(message: error.message) }
        endAttempt(isClients ? .ignored : failure.outcome, error: error.kind, at: now)
        course.failed(failure, error)
        if failure.isUnreadCall, asksAgain { say(whatWasWrong: failure.message) }
        phase = .ready
        deadlines.clear()
        // Bytes that have gone out cannot be taken back; those that were only prepared can.
        if reply.isOut { return fail(error, at: now) }
        let discarded = account.discardAnswer(at: price(at: record.deployment))
        if failure.isUnreadCall, case .answered(let spare) = share { spare.remains = discarded }
        reply.discard()
        if isUnloading { return unloadNext(at: now) }
        if late != nil {
            // A word about the request holds for the other instance as well.
            guard failure.isAboutRequest else {
                course.left(instance)
                return returnToLate(at: now)
            }
            endLate(.ignored, at: now)
        }
        let (balancer, chosen) = (balancer, DeploymentID(index: record.deployment))
        if course.triesAnother(after: failure, at: instance, standsOut: balancer.standsOut(chosen)) {
            return nextAttempt(at: now)
        }
        return giveUp(Refusal(error, failure.kind), at: now)
    }

    /// Whether a call that cannot be read is asked for once more, with what was wrong: where the operator wants that, the request has a
    /// retry left for it, and can be given one more message.
    var asksAgain: Bool {
        guard settings.asksCallsAgain, course.mayAskAgain, let request = asked?.request else { return false }
        return request.takesMessages && request.bodyBytes <= settings.largeBody
    }

    /// From now on the request says what was wrong with the call.
    private mutating func say(whatWasWrong words: String) {
        guard let request = asked?.request.asking(againFor: words) else { return }
        asked = Asked(request, call.head.wishes)
        // It is a little longer, and so is what may be spent on it.
        spend?.read(request, nil, call.head.wishes)
        record.mendedCalls += 1
    }

    /// Whether the upstream does not know a name that the client has made up: that says nothing about the upstream, and would else keep
    /// it from all other names of the pattern.
    private func isUnknownName(_ failure: AttemptFailure) -> Bool {
        failure.isOfItsModel
            && filled.contains {
                $0.match != nil && $0.index == record.deployment
                    && $0.deployment.target !== routes.deployments[$0.index].target
            }
    }

    /// Ends the attempt that runs, if one does, and keeps its time and its tokens. An attempt ends here alone.
    ///
    /// The ledger, the record and the client are told the same number of tokens, counted or estimated. The balancer is told
    /// the upstream's own count alone, since it learns from it.
    ///
    /// - Parameters:
    ///   - isLeft: another one is waited for in its place.
    ///   - error: why it failed; the outcome alone tells the balancer's side of it.
    mutating func endAttempt(
        _ outcome: Outcome, isLeft: Bool = false, error: GatewayError.Kind? = nil, at now: Moment
    ) {
        guard var ended = attempt.take()?.end(outcome, at: now) else { return }
        ended.usage = counted(ended.usage, answerBytes: ended.answerBytes)
        account.ended(ended)
        record.lastAttempt = ended.number
        let error = error ?? outcome.error
        if isLeft || error != nil {
            keep(ended, of: record.deployment, sent: record.sentNanoseconds, error)
        }
        settle(ended, at: now)
    }

    /// Keeps what is to be known of an attempt that gave no answer.
    ///
    /// - Parameter error: nil where it was only left.
    mutating func keep(
        _ ended: Attempt.Remains?, of deployment: Int, sent: Int64, _ error: GatewayError.Kind? = nil
    ) {
        guard let ended, ended.wasSent else { return }
        record.failedAttempts.append(
            FailedAttempt(
                number: Int(ended.number), deployment: deployment, sentNanoseconds: sent,
                durationNanoseconds: ended.time.nanoseconds, isFault: error != nil, error: error?.rawValue ?? -1))
    }

    /// The upstream has no words for this request.
    mutating func cannotWrite(_ fault: RequestFault, at now: Moment) -> Action {
        endAttempt(.ignored, at: now)
        if isUnloading { return unloadNext(at: now) }
        return giveUp(.cannotWrite(fault, isFallback: course.fallbacks.taken > 0), at: now)
    }

    /// Nothing is left to try on this model: another takes its place, or the client is told.
    mutating func giveUp(_ refusal: Refusal, at now: Moment) -> Action {
        if case .unloading(let first) = share { return end(first, at: now) }
        guard !reply.isOut else { return fail(refusal.error, at: now) }
        phase = .ready
        if let doubted = course.doubted {
            if let next = course.nextFallback(insteadOf: doubted, for: fitness, confinement) {
                return use(next, at: now)
            }
            return fail(course.end(doubted.error, for: fitness, confinement), at: now)
        }
        if let next = course.nextFallback(after: refusal, for: fitness, confinement) { return use(next, at: now) }
        return comeBack(refusal.error, at: now) ?? end(refusal.error, at: now)
    }

    /// Back to a model that was passed over; nil when there is none.
    mutating func comeBack(_ error: GatewayError, at now: Moment) -> Action? {
        let patience = patience
        guard let model = course.comeBack(error, patience, at: now) else { return nil }
        return use(model.route, resuming: model.plan, at: now)
    }

    /// Nothing to pick now: a pause if this request has tried something and may try again, else the end.
    ///
    /// - Parameter mayPause: false where it is known that nothing could be tried behind a pause.
    mutating func pauseOrFail(_ why: Unavailable?, mayPause: Bool = true, at now: Moment) -> Action {
        if let doubted = course.doubted { return giveUp(doubted.refusal, at: now) }
        let refusal = course.nothingLeft(why)
        // Another model at once is better than this one after a pause.
        if let next = course.nextFallback(after: refusal, for: fitness, confinement) {
            if let why, why.mayBeTried { course.passOver(why, at: now) }
            return use(next, at: now)
        }
        if let why, why.mayBeTried, let action = tryInNeed(why, refusal.error, at: now) { return action }
        if let action = comeBack(refusal.error, at: now) { return action }
        // While everything fails, a pause is of no use to who may not try again behind it.
        if mayPause, let last = course.lastFailure, !isLimitTooLong(last), balancer.mayRetry(),
            let length = course.pause(after: last.kind, least: settings.retryAfter, chance: chance)
        {
            return pause(length, at: now)
        }
        return end(refusal.error, at: now)
    }

    /// The end, with what is wrong with each instance of the model where the error is about one of them.
    private mutating func end(_ error: GatewayError, at now: Moment) -> Action {
        var error = error
        if let route = course.route, record.deployment >= 0, course.lastFailure?.error == error, error.isOutage,
            let others = balancer.others(than: DeploymentID(index: record.deployment), of: route.model, ask)
        {
            error = error.adding("; \(others)")
        }
        return fail(course.end(error, for: fitness, confinement), at: now)
    }

    /// Only instances that their breakers keep out are left here, and no other model: now is the time to try one.
    private mutating func tryInNeed(_ why: Unavailable, _ error: GatewayError, at now: Moment) -> Action? {
        let passedOver = course.passedOver
        let overflows = course.overflow(for: fitness, confinement) != nil
        guard overflows || !passedOver.isEmpty, !passedOver.isReturning else {
            course.beginNeed()
            return nextAttempt(at: now)
        }
        course.passOver(why, at: now)
        return overflow(at: now) ?? comeBack(error, at: now)
    }

    /// Whether the limit that the last attempt met lasts longer than the request may wait: a pause before the next is of no
    /// use then.
    private func isLimitTooLong(_ last: Failures.Last) -> Bool {
        guard last.kind == .rateLimit, let route = course.route else { return false }
        var again = ask
        again.tried = InstanceSet()
        guard let why = balancer.outlook(for: route.model, again), let opensIn = why.opensIn else { return false }
        return !patience.covers(opensIn, limit: why.limit, on: route)
    }

    /// 0..<1, another one for each attempt.
    private var chance: Double {
        Double((call.head.random ^ call.head.random << UInt64(course.plan.attempts * 7 & 63)) >> 11) * 0x1p-53
    }

    // MARK: Out of time

    /// ``deadline`` has passed. (While queued: only once the place in the queue is given up.)
    public mutating func timeUp(at now: Moment) -> Action {
        guard let due = deadlines.next, now >= due else {
            if let look = deadlines.nextLook, now >= look { return lookWhetherLate(at: now) }
            return .none
        }
        switch phase {
        case .ready, .inParts, .over: return .none
        case .relaying where isComplete: return complete(at: now)
        case _ where deadlines.isOver(at: now):
            endWait(at: now)
            endAttempt(.ignored, error: .upstreamTimeout, at: now)
            return fail(.upstreamTimeout(message: "the request took longer than drover.total_timeout"), at: now)
        case .relaying where reply.wholeness == .perhaps: return endIfWhole(at: now)
        case .working: return .none
        case .waiting(let since):
            endWait(at: now)
            if let action = overflow(at: now) { return action }
            return giveUp(crowded("no place became free within \((due - since).inWords)"), at: now)
        case .pausing: return resume(at: now)
        // Its status is known, and the body that would say more does not end.
        case .refusing: return upstreamEnded(at: now)
        case .sent, .relaying:
            guard let started = attempt?.sentAt, let limitIsCallers = attempt?.limitIsCallers else { return .none }
            let stalled = attempt?.firstTokenAt != nil && asked?.streams == true
            let what =
                stalled ? "stalled in the middle of its answer" : "gave no answer within \((due - started).inWords)"
            return attemptFailed(AttemptFailure(.timedOut(limitIsCallers: limitIsCallers), message: what), at: now)
        }
    }

    /// Something was taken out of the pool. An attempt that waits there and of which the client has nothing yet goes
    /// elsewhere at once, by the rules of a time-out: nobody waits longer than it took to find out.
    public mutating func tookOut(_ outage: Outage, at now: Moment) -> Action {
        if let late, late.pickedAt <= outage.since, late.instance == outage.instance,
            outage.model == nil || outage.model == course.route?.configured
        {
            endLate(.ignored, at: now)
        }
        guard let began = attempt?.pickedAt, began <= outage.since, attempt?.instance == outage.instance,
            outage.model == nil || outage.model == course.route?.configured, !reply.isOut, !isComplete
        else { return .none }
        switch phase {
        case .sent, .relaying, .refusing: return attemptFailed(.takenOut(outage.reason), at: now)
        case .working:
            // Its bytes are on their way from another thread: with them it fails.
            attempt?.isTakenOut = true
            return .none
        case .ready, .waiting, .pausing, .inParts, .over: return .none
        }
    }
}
