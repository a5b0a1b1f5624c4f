/// When the places of a model open for those who wait in front of limits, by time alone: pauses end, minutes begin anew.
///
/// A value to try things on: whoever takes a place is counted, so that those behind it find what is left.
struct Openings {
    /// One deployment that is well and has no place now.
    struct Place {
        let deployment: DeploymentID
        let instance: InstanceID
        /// Not before; nil: with an event, such as the end of a request.
        var at: Moment?
        var window: RateWindow?
        /// Nil: it cools down.
        let limit: Limit?
    }

    /// The first place for a request.
    struct Opening: Equatable {
        let limit: Limit?
        /// Nil: with an event.
        let at: Moment?

        /// How long whoever would wait so long waits for it.
        func mostWait(of most: Duration) -> Duration { min(most, limit?.mostWait ?? most) }
    }

    private var places: [Place]

    init(_ places: [Place]) { self.places = places }

    /// When the first place opens for a request; nil where none ever does, for all that is known.
    func first(for request: PickRequest, at now: Moment) -> Opening? {
        var first: Opening?
        // A place that cools down may be the first, but has no limit to name.
        var limited: Opening?
        for place in places where Self.isOpen(place, to: request) {
            let opening = Self.opening(of: place, for: request, at: now)
            if Self.isEarlier(opening, than: first) { first = opening }
            if opening.limit != nil, Self.isEarlier(opening, than: limited) { limited = opening }
        }
        return first.map { Opening(limit: limited?.limit, at: $0.at) }
    }

    /// The request takes the first place that opens for it by time alone. Answers when; nil where none does.
    mutating func take(for request: PickRequest, at now: Moment) -> Moment? {
        var first: (index: Int, at: Moment)?
        for (index, place) in places.enumerated() where Self.isOpen(place, to: request) {
            guard let moment = Self.opening(of: place, for: request, at: now).at else { return nil }
            if first.map({ moment < $0.at }) ?? true { first = (index, moment) }
        }
        guard let first else { return nil }
        places[first.index].window?.count(request.mostTokens, at: first.at)
        places[first.index].at = first.at
        return first.at
    }

    private static func opening(of place: Place, for request: PickRequest, at now: Moment) -> Opening {
        guard let at = place.at.map({ max($0, now) }) else { return Opening(limit: place.limit, at: nil) }
        guard let window = place.window, !window.admits(request.mostTokens, at: at) else {
            return Opening(limit: place.limit, at: at)
        }
        let limit: Limit = window.requests >= window.mostRequests ? .rpm : .tpm
        return Opening(limit: limit, at: window.end)
    }

    /// Whether an opening comes before another. One that takes an event may come at any moment, so it comes before all
    /// that take time.
    private static func isEarlier(_ one: Opening, than other: Opening?) -> Bool {
        guard let other else { return true }
        guard let theirs = other.at else { return false }
        return one.at.map { $0 < theirs } ?? true
    }

    private static func isOpen(_ place: Place, to request: PickRequest) -> Bool {
        (request.tried.isEmpty || !request.tried.contains(place.instance))
            && (request.excluded.isEmpty || !request.excluded.contains(place.deployment))
    }
}

extension PoolState {
    /// So much is looked at under the lock; a line that is longer is taken for none.
    private static let mostLooked = 4096

    /// The places of a model as they open for whoever comes now, behind those who certainly go before: one who waits for other models
    /// too may find its place there.
    func openings(_ model: Int, at now: Moment) -> Openings {
        var openings = Openings(places(model, at: now))
        if models[model].isLimited, models[model].waiters.count * models[model].deployments.count <= Self.mostLooked {
            for waiter in models[model].waiters where waiter.also.isEmpty {
                _ = openings.take(for: waiter.request, at: now)
            }
        }
        return openings
    }

    /// Whether a place opens for a request before it has waited too long, for all that is known.
    func isSoonOpen(_ model: Int, to request: PickRequest, at now: Moment) -> Bool {
        guard let most = request.mostWait, let opening = openings(model, at: now).first(for: request, at: now),
            let moment = opening.at
        else { return true }
        return moment - now <= opening.mostWait(of: most)
    }

    /// Refuses those in the queue who cannot have a place any more before their time is up: a pause has become longer, or
    /// the minute is used up.
    mutating func turnAway(_ model: Int, at now: Moment) {
        // Under the lock: a queue that is too long to be looked at waits for its own timers.
        let (waiters, deployments) = (models[model].waiters.count, models[model].deployments.count)
        guard waiters > 0, waiters * deployments <= Self.mostLooked else { return }
        var openings = Openings(places(model, mayGiveBack: true, at: now))
        var late: Set<UInt64> = []
        for waiter in models[model].waiters {
            let opening = openings.first(for: waiter.request, at: now)
            let moment = opening?.at
            // One who is about to be served may leave more of the minute than is known now: the others are looked at then.
            if let moment, moment <= now, models[model].isLimited { break }
            guard let opening, let moment, let most = waiter.request.mostWait,
                moment > waiter.since + opening.mostWait(of: most)
            else {
                // One who waits for other models too may leave its place here to those behind it.
                if waiter.also.isEmpty { _ = openings.take(for: waiter.request, at: now) }
                continue
            }
            late.insert(waiter.number)
        }
        guard !late.isEmpty else { return }
        // All of them leave before the first is told when to come back: it is not behind those who do not wait.
        for waiter in models[model].waiters.remove(late) {
            forgo(waiter)
            guard !waitsElsewhere(waiter) else { continue }
            waiting -= 1
            refuse(waiter, with: .full(refusal(model, waiter.request, isExplained: true, at: now)))
        }
    }

    /// `turnAway` where a limit may be in the way now: whoever was served last may have taken the last place of the minute.
    mutating func turnAwayLimited(_ model: Int, at now: Moment) {
        guard models[model].isLimited, !models[model].waiters.isEmpty,
            models[model].deployments.contains(where: { isLimited($0, at: now) })
        else { return }
        turnAway(model, at: now)
    }

    /// Whether no request may go there in this minute, or one that is too large for its rest may not.
    private func isLimited(_ deployment: Int, at now: Moment) -> Bool {
        guard let window = window(of: deployment), window.isOpen(at: now) else { return false }
        return window.reached(at: now) != nil || deployments[deployment].inFlight == 0
    }

    /// The places of a model. Where `mayGiveBack`, tokens that are used up may come back when what runs there ends, since they
    /// were counted as the most that it may take.
    private func places(_ model: Int, mayGiveBack: Bool = false, at now: Moment) -> [Openings.Place] {
        var isFull = false
        let places = models[model].deployments.compactMap { deployment -> Openings.Place? in
            let window = window(of: deployment)
            func place(_ at: Moment?, _ limit: Limit?) -> Openings.Place {
                Openings.Place(
                    deployment: DeploymentID(index: deployment), instance: InstanceID(index: instance(of: deployment)),
                    at: at, window: window, limit: limit)
            }
            switch availability(of: deployment, at: now) {
            case .full(.busy(let until)), .full(.tried(let until)):
                isFull = true
                let asked = histories[deployment].earlyTrial
                return place(until, asked.isRateLimit ? asked.isTold ? .pause : .openPause : .busy)
            case .full(.limit(.tokens, _)) where mayGiveBack && deployments[deployment].inFlight > 0:
                isFull = true
                return place(nil, .tpm)
            case .full(.limit(let limit, let until)):
                isFull = true
                return place(until, limit == .requests ? .rpm : .tpm)
            case .full(.cap):
                isFull = true
                return place(nil, .maxParallel)
            case .ready, .unknown, .full(.slots):
                isFull = true
                // Of no use to a request that is too large for the rest of its minute.
                return place(now, window == nil ? nil : .tpm)
            case .coolingDown(_, .out): return place(nil, nil)
            case .coolingDown(let until, _): return place(until, nil)
            case .unproven:
                guard isUntold(deployment) else { return nil }
                isFull = true
                return newcomersPlace(deployment, place, at: now)
            case .down, .draining, .lacksTag, .disabled: return nil
            }
        }
        return isFull ? places : []
    }

    /// The place of one that is new: it opens with the first probe, which comes at any moment, or as others do.
    private func newcomersPlace(
        _ deployment: Int, _ place: (Moment?, Limit?) -> Openings.Place, at now: Moment
    ) -> Openings.Place {
        let state = deployments[deployment]
        if state.pause.lasts(at: now) { return place(state.pause.until, .busy) }
        if let window = window(of: deployment), let limit = window.reached(at: now) {
            return place(window.end, limit == .requests ? .rpm : .tpm)
        }
        if state.inFlight >= state.maxParallel { return place(nil, .maxParallel) }
        return window(of: deployment) == nil ? place(nil, nil) : place(now, .tpm)
    }
}
