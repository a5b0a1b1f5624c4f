import Balancer

/// The models that a request passed over because another stood in: they had no place for it at once, or nothing but
/// instances that their breakers keep out. Should all else fail, it comes back to them, to each once.
struct PassedOver {
    struct Model {
        let route: RouteTable.Route
        /// Its attempts there so far.
        let plan: AttemptPlan
        /// When a place opens; nil: with an event, or only in need.
        let opens: Moment?
        /// Its instances are out, and one may be tried in need.
        let isOut: Bool
        /// The limit that holds it.
        var limit: Limit?
    }

    /// How long a request may still wait for a place.
    struct Patience {
        /// The limit that its caller has set for an attempt.
        let callers: Duration?
        /// As long as its client stays.
        let clients: Duration?

        /// Whether it may wait so long for a place on a model that this limit holds.
        func covers(_ wait: Duration, limit: Limit?, on route: RouteTable.Route) -> Bool {
            if let most = limit?.mostWait, wait > most { return false }
            if let most = route.waitLimit(callers: callers), wait > most { return false }
            return clients.map { wait <= $0 } ?? true
        }
    }

    private var models: [Model] = []
    /// The request has come back: nothing else stands in any more.
    private(set) var isReturning = false
    /// Instances that are out may be tried.
    private(set) var isInNeed = false

    var isEmpty: Bool { models.isEmpty }

    /// When the first of them opens by time alone.
    var firstOpening: Moment? { models.compactMap(\.opens).min() }

    mutating func add(_ model: Model) {
        if !isReturning { models.append(model) }
    }

    /// Nothing stands in for the model that the request is at.
    mutating func beginNeed() { isInNeed = true }

    /// The model to go back to: the one where a place opens first, in time; else the first with an instance that may be
    /// tried.
    mutating func next(_ patience: Patience, at now: Moment) -> Model? {
        guard let index = firstOpen(patience, at: now)?.index ?? models.firstIndex(where: \.isOut) else { return nil }
        isReturning = true
        isInNeed = models[index].isOut
        return models.remove(at: index)
    }

    /// Those where a place opens in time, for all that is known.
    func open(_ patience: Patience, at now: Moment) -> [Model] {
        models.filter {
            !$0.isOut && patience.covers(max(($0.opens ?? now) - now, .zero), limit: $0.limit, on: $0.route)
        }
    }

    /// A place has opened for the request at one of them, which it goes back to.
    mutating func take(_ model: ModelID) -> Model? {
        guard let index = models.firstIndex(where: { $0.route.model == model }) else { return nil }
        isReturning = true
        isInNeed = false
        return models.remove(at: index)
    }

    /// Whether a place opens in time at one of them, and no later than elsewhere; nil: at all. Places that open with an event
    /// are alike, and then the model that was asked for first has the request.
    func opens(noLaterThan other: Moment?, _ patience: Patience, at now: Moment) -> Bool {
        guard let first = firstOpen(patience, at: now) else { return false }
        return other.map { first.opens <= $0 } ?? true
    }

    private func firstOpen(_ patience: Patience, at now: Moment) -> (index: Int, opens: Moment)? {
        var best: (index: Int, opens: Moment)?
        for (index, model) in models.enumerated() where !model.isOut {
            let opens = max(model.opens ?? now, now)
            guard patience.covers(opens - now, limit: model.limit, on: model.route),
                best.map({ opens < $0.opens }) ?? true
            else {
                continue
            }
            best = (index, opens)
        }
        return best
    }
}
