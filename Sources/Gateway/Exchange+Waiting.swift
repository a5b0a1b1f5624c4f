public import Balancer
import Dialects

/// Waiting for a place, and leaving for another model when that takes too long.
extension Exchange {
    /// Everything is full. `drover.overflow` decides where it is set. Else what a limit holds goes to another model at once,
    /// and waits only where nothing stands in and its place opens in time.
    mutating func held(_ why: Unavailable, for route: RouteTable.Route, at now: Moment) -> Action {
        if let limit = overflowLimit {
            if let expected = why.predictedWait ?? why.opensIn, expected > limit, let action = overflow(at: now) {
                return action
            }
            return wait(for: route, at: now)
        }
        guard why.limit != nil else { return wait(for: route, at: now) }
        // A second opinion is worth a wait for a place, and none for a window or a pause.
        if opinion.isOpen, why.opensIn != nil, let last = failures.last {
            return giveUp(last.error, last.kind, at: now)
        }
        if let next = substitute(limited(why), .rateLimit) {
            passOver(why, at: now)
            return enter(next, at: now)
        }
        return insist(why, for: route, at: now)
    }

    /// A place in the queue.
    mutating func wait(for route: RouteTable.Route, at now: Moment) -> Action {
        phase = .waiting(since: now)
        ask.hasElsewhere = overflowLimit != nil
        let objective = head.objective.map { $0 - (now - started) }
        let limit = Self.shortest(route.waitLimit(callers: callersLimit), Self.shortest(overflowLimit, objective))
        deadline = earliest(limit.map { now + $0 })
        return .wait(route.model, ask)
    }

    /// How long it may wait before it goes elsewhere; nil where there is no elsewhere for it.
    var overflowLimit: Duration? { overflowTarget == nil ? nil : route?.rules.overflow?.after }

    private var overflowTarget: RouteTable.Route? {
        guard let route, let overflow = route.rules.overflow,
            overflow.takesEmbeddings || head.front.work != .embedding
        else { return nil }
        return fallbacks.overflow(of: route, in: routes, confinement: confinement)
    }

    /// Goes to the model that takes what is too much here; nil when there is none.
    mutating func overflow(at now: Moment) -> Action? {
        guard let route, let target = overflowTarget else { return nil }
        fallbacks.took(overflow: target, of: route)
        phase = .ready
        return enter(target, at: now)
    }

    // MARK: The queue's answers

    /// The balancer put the request at this place of its queue (1 is next), and predicts when its first token comes.
    public mutating func queued(at position: Int, predicted: Duration?, at now: Moment) {
        waits.queued(at: position, predicted: predicted)
        // It will be too long, so there is nothing to wait for.
        if let limit = overflowLimit, let predicted, predicted > limit { deadline = now }
    }

    /// The balancer gave no place in its queue.
    public mutating func queueRefused(_ error: PickError, at now: Moment) -> Action {
        guard case .waiting = phase else { return .none }
        endWait(at: now)
        phase = .ready
        switch error {
        // Its place in the queue was taken away, since it would have been of no use.
        case .full(let why):
            if let action = overflow(at: now) { return action }
            return giveUp(limited(why), .rateLimit, at: now)
        case .queueFull:
            if let action = overflow(at: now) { return action }
            return giveUp(crowded("every instance is full and so is the queue"), .rateLimit, at: now)
        case .unavailable(let why): return pauseOrFail(why, at: now)
        case .exhausted, .budgetSpent, .unknownModel: return pauseOrFail(nil, at: now)
        case .excluded: return refuseAll(at: now)
        case .tooLate(let why): return refuse(why, at: now)
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
}
