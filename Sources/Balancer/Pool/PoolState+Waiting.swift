extension PoolState {
    /// Picks if that is possible now, for the first model that can serve it; else gives a place at the end of each queue.
    package mutating func wait(
        _ model: Int, _ request: PickRequest, also others: [WaitPlace] = [],
        granted: @escaping @Sendable (consuming Lease) -> Void,
        refused: @escaping @Sendable (PickError) -> Void, at now: Moment
    ) -> Result<WaitTicket, PickError> {
        let number = nextTicket
        nextTicket += 1
        var open: [(place: WaitPlace, foreseen: Duration?)] = []
        var firstError: PickError?
        for place in [WaitPlace(ModelID(index: model), request)] + others {
            switch pick(place.model.index, place.request, at: now) {
            case .success(let grant):
                effects.granted.append(Effects.Granted(ticket: number, grant: grant, granted: granted))
                return .success(WaitTicket(models: [place.model.index], number: number))
            case .failure(.full(let why)):
                if models[place.model.index].waiters.count < settings.maxWaiting {
                    open.append((place, why.predictedWait))
                } else {
                    firstError = firstError ?? .queueFull
                }
            case .failure(let error): firstError = firstError ?? error
            }
        }
        guard !open.isEmpty else { return .failure(firstError ?? .unknownModel) }
        let queues = open.map(\.place.model.index)
        waiting += 1
        for (place, foreseen) in open {
            let model = place.model.index
            var waiter = Waiter(
                number: number, request: place.request, also: queues.count > 1 ? queues.filter { $0 != model } : [],
                granted: granted, refused: refused, since: now)
            waiter.foreseen = foreseen?.inSeconds
            if models[model].isPredicted { takeTurn(&waiter, model, at: now) }
            models[model].waiters.join(waiter)
        }
        return .success(WaitTicket(models: queues, number: number))
    }

    package mutating func leave(_ ticket: WaitTicket) -> Bool {
        guard let (model, index) = standing(ticket) else { return false }
        let waiter = removeWaiter(model, index)
        forgo(waiter)
        leaveOthers(waiter)
        return true
    }

    func position(of ticket: WaitTicket) -> Int? {
        guard let (model, index) = standing(ticket) else { return nil }
        return models[model].isPredicted ? models[model].waiters.rank(of: index) : index + 1
    }

    /// Where a ticket's owner waits, in the first of its queues that it has not been turned away from.
    private func standing(_ ticket: WaitTicket) -> (model: Int, index: Int)? {
        for model in ticket.models where models.indices.contains(model) {
            if let index = models[model].waiters.index(of: ticket.number) {
                return (model, index)
            }
        }
        return nil
    }

    /// Takes somebody out of one queue. It waits no more, unless it stands in another too.
    @discardableResult
    mutating func removeWaiter(_ model: Int, _ index: Int) -> Waiter {
        let waiter = models[model].waiters.remove(at: index)
        if !waitsElsewhere(waiter) { waiting -= 1 }
        return waiter
    }

    /// Whether somebody who has left a queue stands in another.
    func waitsElsewhere(_ waiter: Waiter) -> Bool {
        waiter.also.contains { models[$0].waiters.index(of: waiter.number) != nil }
    }

    /// Takes somebody who was served in one queue, or has left it, out of the others.
    mutating func leaveOthers(_ waiter: Waiter) {
        for model in waiter.also {
            guard let index = models[model].waiters.index(of: waiter.number) else { continue }
            forgo(removeWaiter(model, index))
        }
    }

    /// Gives back the turn of somebody who is not served in its queue.
    mutating func forgo(_ waiter: Waiter) {
        if waiter.cost > 0 { fairness.refund(waiter.request.flow, waiter.cost) }
    }

    /// Gives a place to somebody who has been taken out of a queue.
    mutating func serve(_ waiter: Waiter, with grant: Grant) {
        leaveOthers(waiter)
        effects.granted.append(Effects.Granted(ticket: waiter.number, grant: grant, granted: waiter.granted))
    }

    /// Refuses somebody who has been taken out of a queue, unless it stands in another.
    mutating func refuse(_ waiter: Waiter, with error: PickError) {
        if waitsElsewhere(waiter) { return }
        effects.refused.append(Effects.Refused(ticket: waiter.number, error: error, refused: waiter.refused))
    }

    /// The first token's wait as the last plan, or the refusal that led to the queue, predicts it.
    func foreseen(of ticket: WaitTicket) -> Duration? {
        guard let (model, index) = standing(ticket) else { return nil }
        return models[model].waiters[index].foreseen.map { .seconds(min($0, 3e9)) }
    }

    /// Grants what can be granted, or has it planned.
    mutating func serve(_ model: Int, at now: Moment) {
        if models[model].isPredicted { orderPlan(at: now) } else { serveFirstCome(model, at: now) }
    }

    /// Grants what can be granted, first come first served. One is passed over only while all that is free is where it
    /// may not go or has failed before.
    mutating func serveFirstCome(_ model: Int, at now: Moment) {
        guard !models[model].waiters.isEmpty else { return }
        if now >= models[model].wake { refresh(model, at: now) }
        var index = 0
        // The last one that got nothing.
        var passedOver: PickRequest?
        while index < models[model].waiters.count {
            // In a long queue most are alike.
            if let passedOver, models[model].waiters[index].request.isNoFreer(than: passedOver) {
                index += 1
                continue
            }
            let waiter = models[model].waiters[index]
            if mayGrant(model, waiter.request, at: now) {
                switch attempt(model, waiter.request, isExplained: false, at: now) {
                case .success(let grant):
                    removeWaiter(model, index)
                    serve(waiter, with: grant)
                    continue
                // Time alone gives a budget back, and nobody waits for that; what a request may not go to it never may.
                case .failure(let error) where error == .budgetSpent || error == .excluded:
                    removeWaiter(model, index)
                    refuse(waiter, with: error)
                    continue
                case .failure: break
                }
            }
            passedOver = waiter.request
            index += 1
        }
    }

    /// Whether it is worth looking: something is eligible or due, or what was full is not even that any more, so that
    /// nothing but need is left.
    private func mayGrant(_ model: Int, _ request: PickRequest, at now: Moment) -> Bool {
        if models[model].order.hasCandidate || models[model].dueTrials > 0 { return true }
        return !models[model].deployments.contains { deployment in
            guard case .full = availability(of: deployment, at: now) else { return false }
            return allows(request, deployment)
        }
    }

    /// Serves every model with a deployment on the instance.
    mutating func serveAll(on instance: Int, at now: Moment) {
        var cursor = first(on: instance)
        while let deployment = cursor {
            serve(model(of: deployment), at: now)
            cursor = next(after: deployment)
        }
    }

    /// Serves everybody whom time alone lets through, and plans if that is due: what the balancer does in two halves, so
    /// that planning does not hold the lock.
    package mutating func serveAll(at now: Moment) {
        serveQueues(at: now)
        guard plans.isDue(at: now), var plan = beginPlan(at: now) else { return }
        apply(plan.decide(), at: now)
    }

    mutating func serveQueues(at now: Moment) {
        for model in models.indices where !models[model].waiters.isEmpty {
            let isDue = now >= models[model].wake
            if isDue { refresh(model, at: now) }
            // Plans look at time by themselves.
            if isDue || !models[model].isPredicted { serve(model, at: now) }
            turnAwayLimited(model, at: now)
        }
    }

    /// Whether somebody has to see to it that time alone lets the waiting ones through, and nobody does yet.
    mutating func startTending() -> Bool {
        guard waiting > 0, !isTended else { return false }
        isTended = true
        return true
    }

    /// When `serveAll` next has something to do; nil when nobody waits.
    package mutating func nextWake() -> Moment? {
        nextQueueWake().map { min($0, plans.due) }
    }

    /// When time alone next changes what the waiting ones may have; nil, and nobody tends any more, when none waits.
    mutating func nextQueueWake() -> Moment? {
        guard waiting > 0 else {
            isTended = false
            return nil
        }
        return models.indices.reduce(Moment.never) { models[$1].waiters.isEmpty ? $0 : min($0, models[$1].wake) }
    }
}
