import Balancer
import Providers

/// Waiting for a place, and leaving for another model when that takes too long.
extension Exchange {
    /// Everything is full: a place in the queue, unless the wait is known to be longer than it may be.
    mutating func wait(_ predicted: Duration?, at now: Moment) -> Action {
        guard let route else { return fail(.internalError, at: now) }
        if let limit = overflowLimit, let predicted, predicted > limit, let action = overflow(at: now) { return action }
        phase = .waiting
        waitingSince = now
        let limit = [waitLimit(route), overflowLimit].compactMap(\.self).min()
        deadline = earliest(limit.map { now + $0 })
        return .wait(route.model, ask)
    }

    /// How long it may wait before it goes elsewhere; nil where there is no elsewhere for it.
    var overflowLimit: Duration? { overflowTarget == nil ? nil : route?.rules.overflow?.after }

    private var overflowTarget: RouteTable.Route? {
        guard let route, let overflow = route.rules.overflow,
            overflow.takesEmbeddings || head.endpoint != .embeddings
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
}
