public import Balancer

/// Leaving a model that has no place at once for one that stands in, and coming back when nothing does.
extension Exchange {
    /// Another model takes the place of this one, which is well but full, or out and not asked.
    mutating func passOver(_ why: Unavailable, at now: Moment) {
        guard let route else { return }
        passedOver.add(
            PassedOver.Model(
                route: route, plan: plan, opens: why.opensIn.map { now + $0 }, isOut: why.limit == nil))
    }

    /// A limit holds the request, and nothing stands in: it waits where a place opens first if that is in time, else is
    /// tried where nothing but a breaker is in its way, else is refused at once.
    mutating func insist(_ why: Unavailable, for route: RouteTable.Route, at now: Moment) -> Action {
        let opens = why.opensIn.map { now + $0 }
        let isInTime = why.opensIn.map { patience.covers($0, on: route) } ?? true
        if !passedOver.isReturning, passedOver.opens(noLaterThan: isInTime ? opens ?? now : nil, patience, at: now) {
            passOver(why, at: now)
            if let action = comeBack(limited(why), at: now) { return action }
        }
        if isInTime { return wait(for: route, at: now) }
        if why.mayBeTried, !passedOver.isInNeed {
            passedOver.beginNeed()
            return nextAttempt(at: now)
        }
        let first = passedOver.firstOpening.map { $0 - now } ?? why.retryAfter
        let error = limited(why, opensIn: min(first, why.retryAfter))
        return comeBack(error, at: now) ?? fail(finalError(error), at: now)
    }

    /// Only instances that their breakers keep out are left here, and no other model: now is the time to try one.
    mutating func tryInNeed(_ why: Unavailable, _ error: GatewayError, at now: Moment) -> Action? {
        guard overflowLimit != nil || !passedOver.isEmpty, !passedOver.isReturning else {
            passedOver.beginNeed()
            return nextAttempt(at: now)
        }
        passOver(why, at: now)
        return overflow(at: now) ?? comeBack(error, at: now)
    }

    /// Whether the limit that the last attempt met lasts longer than the request may wait: a pause before the next is of no
    /// use then.
    func isLimitTooLong(_ last: Failures.Last) -> Bool {
        guard last.kind == .rateLimit, let route else { return false }
        var again = ask
        again.tried = InstanceSet()
        guard let opensIn = balancer.outlook(for: route.model, again)?.opensIn else { return false }
        return !patience.covers(opensIn, on: route)
    }

    /// Back to a model that was passed over; nil when there is none.
    mutating func comeBack(_ error: GatewayError, at now: Moment) -> Action? {
        guard let model = passedOver.next(patience, at: now) else { return nil }
        if let route { failures.leave(route.name, with: error) }
        return enter(model.route, resuming: model.plan, at: now)
    }

    /// The queues that a request which waits for a place stands in besides: those of the models that it has passed over,
    /// since a place may open there first.
    public mutating func alsoWaits(at now: Moment) -> [WaitPlace] {
        guard case .waiting = phase, let asked, !isDoubting, !passedOver.isEmpty else { return [] }
        let own = ask
        defer { ask = own }
        return passedOver.open(patience, at: now).compactMap { model in
            let exclusion = exclusion(from: model.route, of: asked)
            guard exclusion.reason == nil else { return nil }
            asked.lend { prepareAsk($0, model.route) }
            ask.excluded = exclusion.deployments
            ask.tried = model.plan.tried
            ask.patience = own.patience
            ask.mostWait = Self.shortest(model.route.waitLimit(callers: callersLimit), own.patience)
            return WaitPlace(model.route.model, ask)
        }
    }

    /// The first place that opened is at a model that was passed over: back to it, with the place.
    mutating func comeBack(with lease: consuming Lease, at now: Moment) -> Action {
        if let route {
            failures.leave(route.name, with: .queueFull(message: "no place became free", retryAfter: 1))
            passedOver.add(PassedOver.Model(route: route, plan: plan, opens: nil, isOut: false))
        }
        let model = passedOver.take(lease.model)
        guard let model else {
            Attempt.decline(lease)
            return fail(.internalError, at: now)
        }
        if let action = turn(to: model.route, resuming: model.plan, at: now) {
            Attempt.decline(lease)
            return action
        }
        return start(lease, at: now)
    }

    /// How long the request may still wait for a place.
    private var patience: PassedOver.Patience {
        PassedOver.Patience(callers: callersLimit, clients: ask.patience)
    }

    /// The client's error for what a limit holds: which limit, and when the first place opens.
    func limited(_ why: Unavailable, opensIn: Duration? = nil) -> GatewayError {
        let seconds = Self.seconds(opensIn ?? why.retryAfter)
        guard why.limit != .maxParallel else { return .queueFull(message: why.message, retryAfter: seconds) }
        return .rateLimited(message: why.message, retryAfter: seconds)
    }

    /// The client's error for a wait in vain, or one that could not even begin.
    func crowded(_ text: String) -> GatewayError {
        guard let route, let why = balancer.outlook(for: route.model, ask) else {
            return .queueFull(message: "\(text); try again later", retryAfter: 1)
        }
        return .queueFull(message: "\(text): \(why.message)", retryAfter: Self.seconds(why.retryAfter))
    }
}
