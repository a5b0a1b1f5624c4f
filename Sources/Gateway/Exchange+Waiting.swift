public import Balancer
import Dialects

/// Waiting for a place, on this model or another, and pauses before the next attempt.
extension Exchange {
    /// Everything is full. `drover.overflow` decides where it is set. Else what a limit holds goes to another model at once,
    /// and waits only where nothing stands in and its place opens in time.
    mutating func held(_ why: Unavailable, for route: RouteTable.Route, at now: Moment) -> Action {
        if let overflow = course.overflow(for: fitness, confinement) {
            if let expected = why.predictedWait ?? why.opensIn, expected > overflow.after {
                return take(overflow: overflow.target, at: now)
            }
            return wait(for: route, at: now)
        }
        guard why.limit != nil else { return wait(for: route, at: now) }
        // A second opinion is worth a wait for a place, and none for a window or a pause.
        if why.opensIn != nil, let last = course.doubted { return giveUp(last.refusal, at: now) }
        if let next = course.nextFallback(after: .held(why), for: fitness, confinement) {
            course.passOver(why, at: now)
            return use(next, at: now)
        }
        return insist(why, for: route, at: now)
    }

    /// A limit holds the request, and nothing stands in: it waits where a place opens first if that is in time, else is
    /// tried where nothing but a breaker is in its way, else is refused at once.
    private mutating func insist(_ why: Unavailable, for route: RouteTable.Route, at now: Moment) -> Action {
        let opens = why.opensIn.map { now + $0 }
        let isInTime = why.opensIn.map { patience.covers($0, limit: why.limit, on: route) } ?? true
        let passedOver = course.passedOver
        if !passedOver.isReturning, passedOver.opens(noLaterThan: isInTime ? opens ?? now : nil, patience, at: now) {
            course.passOver(why, at: now)
            if let action = comeBack(Refusal.held(why).error, at: now) { return action }
        }
        if isInTime { return wait(for: route, at: now) }
        if why.mayBeTried, !course.passedOver.isInNeed {
            course.beginNeed()
            return nextAttempt(at: now)
        }
        let first = course.passedOver.firstOpening.map { $0 - now } ?? why.retryAfter
        let error = Refusal.held(why, opensIn: min(first, why.retryAfter)).error
        return comeBack(error, at: now) ?? fail(course.end(error, for: fitness, confinement), at: now)
    }

    /// A place in the queue.
    mutating func wait(for route: RouteTable.Route, at now: Moment) -> Action {
        phase = .waiting(since: now)
        let overflow = course.overflow(for: fitness, confinement)
        ask.hasElsewhere = overflow != nil
        let objective = call.head.wishes.objective.map { $0 - (now - call.began) }
        let limit = route.waitLimit(callers: asked?.limits.request)
        deadlines.begin(.shortest(limit, .shortest(overflow?.after, objective)), from: now)
        return .wait(route.model, ask)
    }

    /// Goes to the model that takes what is too much here; nil when there is none.
    mutating func overflow(at now: Moment) -> Action? {
        course.overflow(for: fitness, confinement).map { take(overflow: $0.target, at: now) }
    }

    private mutating func take(overflow target: RouteTable.Route, at now: Moment) -> Action {
        course.took(overflow: target)
        phase = .ready
        return use(target, at: now)
    }

    /// The predicted wait is longer than the client's patience: the client is told at once, unless another model takes what
    /// is too much here.
    mutating func refuseWait(_ why: Unavailable, at now: Moment) -> Action {
        if let action = overflow(at: now) { return action }
        waits.refused(predicted: why.predictedWait)
        return giveUp(.tooLate(why, patience: ask.patience), at: now)
    }

    /// How long the request may still wait for a place.
    var patience: PassedOver.Patience {
        PassedOver.Patience(callers: asked?.limits.request, clients: ask.patience)
    }

    // MARK: The queue's answers

    /// The balancer put the request at this place of its queue (1 is next), and predicts when its first token comes.
    public mutating func queued(at position: Int, predicted: Duration?, at now: Moment) {
        waits.queued(at: position, predicted: predicted)
        // It will be too long, so there is nothing to wait for.
        if let predicted, let overflow = course.overflow(for: fitness, confinement), predicted > overflow.after {
            _ = deadlines.shorten(to: now)
        }
    }

    /// The balancer gave no place in its queue, or took it away since it would have been of no use.
    public mutating func queueRefused(_ error: PickError, at now: Moment) -> Action {
        guard case .waiting = phase, let route = course.route else { return .none }
        endWait(at: now)
        phase = .ready
        switch error {
        case .full(let why): return overflow(at: now) ?? giveUp(.held(why), at: now)
        case .queueFull:
            return overflow(at: now) ?? giveUp(crowded("every instance is full and so is the queue"), at: now)
        case .unavailable, .exhausted, .budgetSpent, .unknownModel, .excluded, .tooLate:
            return nothingPicked(error, for: route, at: now)
        }
    }

    /// The balancer's queue gave this request its turn.
    public mutating func granted(_ lease: consuming Lease, at now: Moment) -> Action {
        guard case .waiting = phase else {
            Attempt.decline(lease)
            return .none
        }
        endWait(at: now)
        phase = .ready
        guard lease.model == course.route?.model else { return comeBack(with: lease, at: now) }
        return start(lease, at: now)
    }

    /// The queues that a request which waits for a place stands in besides: those of the models that it has passed over,
    /// since a place may open there first.
    public mutating func alsoWaits(at now: Moment) -> [WaitPlace] {
        guard case .waiting = phase, let asked, course.doubted == nil, !course.passedOver.isEmpty else { return [] }
        let terms = terms(of: asked)
        return course.passedOver.open(patience, at: now).compactMap { model in
            let exclusion = exclusion(from: model.route, of: asked)
            guard exclusion.reason == nil else { return nil }
            var ask = PickRequest(promptTokens: 1, tried: InstanceSet())
            ask.become(
                asked.request, call.head, to: model.route, excluding: exclusion.deployments,
                isStreamed: terms.isStreamed, learns: terms.learns)
            ask.tried = model.plan.tried
            ask.isRetry = model.plan.attempts > 0
            ask.patience = self.ask.patience
            ask.mostWait = .shortest(model.route.waitLimit(callers: asked.limits.request), ask.patience)
            return WaitPlace(model.route.model, ask)
        }
    }

    /// The first place that opened is at a model that was passed over: back to it, with the place.
    private mutating func comeBack(with lease: consuming Lease, at now: Moment) -> Action {
        guard let model = course.comeBack(to: lease.model) else {
            Attempt.decline(lease)
            return fail(.internalError, at: now)
        }
        if let action = turn(to: model.route, resuming: model.plan, at: now) {
            Attempt.decline(lease)
            return action
        }
        return start(lease, at: now)
    }

    /// Gives back a lease whose exchange is over, or was never told of it.
    public static func giveBack(_ lease: consuming Lease) { Attempt.decline(lease) }

    /// A wait for a place, or a pause, is over, however it ended.
    mutating func endWait(at now: Moment) {
        switch phase {
        case .waiting(let since), .pausing(let since): waits.ended(since: since, at: now)
        default: break
        }
    }

    /// A wait in vain, or one that could not even begin.
    func crowded(_ text: String) -> Refusal {
        .crowded(text, course.route.flatMap { balancer.outlook(for: $0.model, ask) })
    }

    // MARK: Pauses

    /// The next attempt is made after a pause.
    mutating func pause(_ pause: Duration, at now: Moment) -> Action {
        phase = .pausing(since: now)
        deadlines.begin(pause, from: now)
        return .pause
    }

    /// The request excludes every deployment of its model, and did not when it came to it: lists of tags are waited for.
    mutating func refuseAll(at now: Moment) -> Action {
        guard let route = course.route else { return fail(.internalError, at: now) }
        if let refusal = spend?.refusal, let spending = settings.spending {
            return giveUp(Refusal(spending.error(refusal), .serviceUnavailable), at: now)
        }
        if listWait.hasBegun {
            let unlisted = unlisted(of: route)
            if listWait.goesOn(unlisted.lazy.map(\.forwarding), at: now) { return pause(ListWait.pause, at: now) }
            if !unlisted.isEmpty {
                return giveUp(.unlisted(Set(unlisted.map(\.instance)), of: route.name, confinement), at: now)
            }
        }
        return giveUp(.nothingLeft(of: route.name, confinement), at: now)
    }

    /// The instances inside that have listed no tags.
    private func unlisted(of route: RouteTable.Route) -> [(instance: String, forwarding: Forwarding)] {
        routes.deployments(of: route.model).filter { routes.deployments[$0].isLocal }
            .map { (routes.deployments[$0].instanceName, balancer.forwarding(of: DeploymentID(index: $0))) }
            .filter { $0.1 == .notYetKnown || $0.1 == .unknown }
    }

    /// A pause is over. Instances that had listed no tags may have done so now.
    mutating func resume(at now: Moment) -> Action {
        endWait(at: now)
        phase = .ready
        if let chosen = spend?.awaited.take() { return askAgain(for: chosen, at: now) }
        if listWait.hasBegun, let asked, let route = course.route {
            ask.excluded = exclusion(from: route, of: asked).deployments
        }
        return nextAttempt(at: now)
    }
}
