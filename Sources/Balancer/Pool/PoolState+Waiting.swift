extension PoolState {
    /// Picks if that is possible now; else gives a place at the end of the queue.
    package mutating func wait(
        _ model: Int, _ request: PickRequest, granted: @escaping @Sendable (consuming Lease) -> Void,
        refused: @escaping @Sendable (PickError) -> Void, at now: Moment
    ) -> Result<WaitTicket, PickError> {
        let number = nextTicket
        nextTicket += 1
        let ticket = WaitTicket(model: model, number: number)
        switch pick(model, request, at: now) {
        case .success(let grant):
            effects.granted.append(Effects.Granted(ticket: number, grant: grant, granted: granted))
        case .failure(.full(let why)):
            guard models[model].waiters.count < settings.maxWaiting else { return .failure(.queueFull) }
            var waiter = Waiter(
                number: number, request: request, granted: granted, refused: refused, since: now)
            waiter.foreseen = why.predictedWait?.inSeconds
            waiting += 1
            if models[model].isPredicted { takeTurn(&waiter, model, at: now) }
            models[model].waiters.append(waiter)
        case .failure(let error):
            return .failure(error)
        }
        return .success(ticket)
    }

    package mutating func leave(_ ticket: WaitTicket) -> Bool {
        guard models.indices.contains(ticket.model),
            let index = models[ticket.model].waiters.firstIndex(where: { $0.number == ticket.number })
        else { return false }
        let waiter = models[ticket.model].waiters.remove(at: index)
        waiting -= 1
        if waiter.cost > 0 { fairness.refund(waiter.request.flow, waiter.cost) }
        return true
    }

    func position(of ticket: WaitTicket) -> Int? {
        guard models.indices.contains(ticket.model) else { return nil }
        guard let index = models[ticket.model].waiters.firstIndex(where: { $0.number == ticket.number }) else {
            return nil
        }
        return models[ticket.model].isPredicted ? rank(ticket.model, index) : index + 1
    }

    /// The first token's wait as the last plan, or the refusal that led to the queue, predicts it.
    func foreseen(of ticket: WaitTicket) -> Duration? {
        guard models.indices.contains(ticket.model) else { return nil }
        let waiter = models[ticket.model].waiters.first { $0.number == ticket.number }
        return waiter?.foreseen.map { .seconds(min($0, 3e9)) }
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
            if mayGrant(model, waiter.request, at: now),
                case .success(let grant) = attempt(model, waiter.request, isExplained: false, at: now)
            {
                models[model].waiters.remove(at: index)
                waiting -= 1
                effects.granted.append(Effects.Granted(ticket: waiter.number, grant: grant, granted: waiter.granted))
                continue
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
        guard now >= planDue, var plan = beginPlan(at: now) else { return }
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
        nextQueueWake().map { min($0, planDue) }
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
