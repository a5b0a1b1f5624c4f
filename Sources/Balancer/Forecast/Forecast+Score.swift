/// The cost of a request on a placement.
///
/// Least predicted time to the first token plus harm to others. The answer's own writing is not in it (a sure prediction
/// of it makes requests wait for the fastest instance), only what it does to those beside it.
extension Forecast {
    /// The cost of `demand` on `placement` now, while `waiting` others wait for a slot somewhere.
    mutating func score(_ demand: Demand, on placement: Int, waiting: Int, at now: Double) -> Score {
        let instance = Int(placements[placement].instance)
        let figures = figures(placement)
        let slots = placements[placement].slots
        let most = slots.count
        let count = placements[placement].busy
        let active = instances[instance].active + (count == 0 ? 1 : 0)
        let expected = demand.expectedTokens ?? tags[Int(placements[placement].tag)].lengths.expected
        let lengths = min(expected, demand.outputLimit)

        var start = now
        var score = Score(
            wait: 0, load: 0, eviction: 0, prefill: 0, harm: 0, overwrite: 0, firstToken: 0, pace: 0, cached: 0,
            isCold: false, isFree: true)
        var loading = 0.0
        let way = instances[instance].reading.way
        let unread = placements[placement].readsUntil
        if isReady(placement, for: demand) {
            if placements[placement].residency == .loading, placements[placement].readyAt > start {
                start = placements[placement].readyAt
                score.isFree = !slots.isKnown
            }
            if count >= most || placements[placement].readers > 0 && count >= usableSlots(placement, at: now) {
                start = max(start, slotFree(placement, at: now))
                if count > most || count == most && start > now + ForecastConstants.lead {
                    score.isFree = !slots.isKnown || count == most && slots.isTrialDue(at: now)
                }
            }
            if way == .inTurn { start = max(start, unread) }
        } else {
            score.isCold = true
            let room = room(for: placement, at: now)
            start = max(start, instances[instance].loaderFreeAt, room.readyAt)
            // Another context means a load of its own: those at work end first.
            if count > 0 { start = max(start, lastEnd(placement, at: now)) }
            loading = figures[2]
            score.load = loading
            score.eviction = room.penalty
            score.isFree =
                instances[instance].loaderFreeAt <= now && !room.isBusy && (count == 0 || !slots.isKnown)
        }

        let place = place(for: demand.chain, on: placement, at: now)
        let beside = Double(min(count, most - 1))
        let slope = placements[placement].decode.slope
        let read = max(1, demand.promptTokens * scale(placement) - place.cached)
        let sharing = Double(active)
        score.prefill = read * figures[0] * sharing
        var late = 0.0
        if way == .shared, unread > now {
            late = Self.shared(unread - now, score.prefill, readers: placements[placement].readers)
        }
        score.pace = figures[1] * sharing * (1 + slope * beside)
        score.cached = place.cached
        score.wait = start - now
        score.wait += late
        score.firstToken = score.wait + loading + score.prefill
        if way == .inTurn, unread > now + ForecastConstants.readingLead, score.isFree, slots.isKnown, !score.isCold,
            score.firstToken < demand.mostHeld
        {
            // Sent now, it would be read no sooner, and meanwhile a better place may come free.
            score.isFree = false
        }
        score.overwrite = place.lost * ForecastConstants.overwriteShare * figures[0]

        let writing = lengths * score.pace
        var harm = 0.0
        if beside > 0 {
            let gamma = ForecastConstants.prefillInterference
            let together = writing * ForecastConstants.togetherShare
            harm =
                beside
                * (together * slope / (1 + slope * beside) + score.prefill * gamma / (1 + gamma + slope * beside))
        }
        // As much as it is late by, the others are.
        harm += late
        let running = instances[instance].running + instances[instance].outside
        if count == 0, running > 0 {
            harm += Double(running) * (score.prefill + writing) / sharing
        }
        let backlog = 1 + min(1, Double(waiting) / ForecastConstants.backlog)
        let share = demand.serviceClass == .batch ? ForecastConstants.batchHarmShare : ForecastConstants.harmShare
        score.harm = share * backlog * harm
        return score
    }

    /// Tokens of an answer there to one of the key's requests: the key's own median, else that of all.
    func expectedTokens(on placement: Int, flow: UInt64) -> Double {
        let tag = Int(placements[placement].tag)
        return tags[tag].keyLengths.expected(flow) ?? tags[tag].lengths.expected
    }

    /// Whether the model is in memory, or on its way there, in a way that serves the request without a reload.
    func isReady(_ placement: Int, for demand: Demand) -> Bool {
        guard placements[placement].residency != .absent else { return false }
        let length = placements[placement].contextLength
        // An instance gives no more than the model was made for, and does not load again for being asked.
        return demand.context <= length || length == 0 || length == placements[placement].contextCap
    }

    /// Whether a load may begin now although others are still at work on the instance: it waits there for their end.
    func canLoad(_ placement: Int, _ score: Score, at now: Double) -> Bool {
        score.isCold && instances[Int(placements[placement].instance)].loaderFreeAt <= now
            && !placements[placement].isAtWork
    }

    /// Whether a request may be sent now that would go to this placement: requests that nobody waits for leave slots for those
    /// that somebody does, one on each placement and as many over all as such requests lately had and may come to have.
    func mayGo(_ demand: Demand, on placement: Int, _ score: Score, at now: Double) -> Bool {
        guard score.isFree else { return false }
        guard demand.serviceClass == .batch, placements[placement].slots.isKnown else { return true }
        let tag = Int(placements[placement].tag)
        let mean = urgentMean(of: tag, at: now)
        guard mean > ForecastConstants.leastUrgent else { return true }
        var slots: Int32 = 0
        for other in placements where Int(other.tag) == tag && other.residency != .absent { slots += other.slots.count }
        // A tenth is theirs in any case: nobody waits for ever.
        if tags[tag].batch < max(1, slots / 10) { return true }
        if placements[placement].slots.count > 1, placements[placement].busy >= placements[placement].slots.count - 1 {
            return false
        }
        // Twice the root of the mean above it: what a Poisson number stays below 49 times in 50.
        return Double(tags[tag].batch + 1) <= Double(slots) - (mean + 2 * mean.squareRoot())
    }

    /// Tokens that the instance will count for each one estimated.
    func scale(_ placement: Int) -> Double { tags[Int(placements[placement].tag)].promptScale.value ?? 1 }
}
