/// What a request would cost on a unit.
///
/// Least predicted time to the first token plus harm to others. The answer's own writing is not in it (a sure prediction
/// of it makes requests wait for the fastest box), only what it does to those beside it.
extension Forecast {
    /// The cost of `demand` on `unit` now, while `waiting` others wait for a slot somewhere.
    mutating func score(_ demand: Demand, on unit: Int, waiting: Int, at now: Double) -> Score {
        let box = Int(units[unit].box)
        let figures = figures(unit)
        let slots = units[unit].slots
        let count = units[unit].count
        let active = boxes[box].active + (count == 0 ? 1 : 0)
        let expected = demand.expectedTokens ?? kinds[Int(units[unit].kind)].lengths.expected
        let lengths = min(expected, demand.outputLimit)

        var start = now
        var score = Score(
            wait: 0, load: 0, eviction: 0, prefill: 0, harm: 0, overwrite: 0, firstToken: 0, pace: 0, cached: 0,
            isCold: false, isFree: true)
        var loading = 0.0
        if isReady(unit, for: demand) {
            if units[unit].residency == .loading, units[unit].readyAt > start {
                start = units[unit].readyAt
                score.isFree = !slots.isKnown
            }
            if count >= slots.count {
                start = max(start, slotFree(unit, at: now))
                if start > now + ForecastConstants.lead || count > slots.count { score.isFree = !slots.isKnown }
            }
        } else {
            score.isCold = true
            let room = room(for: unit, at: now)
            start = max(start, boxes[box].loaderFreeAt, room.readyAt)
            // Another context means a load of its own: those at work end first.
            if count > 0 { start = max(start, lastEnd(unit, at: now)) }
            loading = figures[2]
            score.load = loading
            score.eviction = room.penalty
            score.isFree =
                boxes[box].loaderFreeAt <= now && !room.isBusy && (count == 0 || !slots.isKnown)
        }

        let place = place(for: demand.chain, on: unit, at: now)
        let beside = Double(min(count, slots.count - 1))
        let slope = units[unit].decode.slope
        let read = max(1, demand.promptTokens * scale(unit) - place.cached)
        let sharing = Double(active)
        score.prefill = read * figures[0] * sharing
        score.pace = figures[1] * sharing * (1 + slope * beside)
        score.cached = place.cached
        score.wait = start - now
        score.firstToken = score.wait + loading + score.prefill
        score.overwrite = place.lost * ForecastConstants.overwriteShare * figures[0]

        let writing = lengths * score.pace
        var harm = 0.0
        if beside > 0 {
            let gamma = ForecastConstants.prefillInterference
            harm =
                beside
                * (writing * slope / (1 + slope * beside) + score.prefill * gamma / (1 + gamma + slope * beside))
        }
        if count == 0, boxes[box].running > 0 {
            harm += Double(boxes[box].running) * (score.prefill + writing) / sharing
        }
        let backlog = 1 + min(1, Double(waiting) / ForecastConstants.backlog)
        let share = demand.serviceClass == .batch ? ForecastConstants.batchHarmShare : ForecastConstants.harmShare
        score.harm = share * backlog * harm
        return score
    }

    /// Tokens of an answer there to one of the key's requests: the key's own median, else that of all.
    func expectedTokens(on unit: Int, flow: UInt64) -> Double {
        let kind = Int(units[unit].kind)
        return kinds[kind].keyLengths.expected(flow) ?? kinds[kind].lengths.expected
    }

    /// Whether the model is in memory, or on its way there, in a way that serves the request without a reload.
    func isReady(_ unit: Int, for demand: Demand) -> Bool {
        guard units[unit].residency != .absent else { return false }
        let length = units[unit].contextLength
        // A box gives no more than the model was made for, and does not load again for being asked.
        return demand.context <= length || length == 0 || length == units[unit].contextCap
    }

    /// Whether a load may begin now although others are still at work on the box: it waits there for their end.
    func canLoad(_ unit: Int, _ score: Score, at now: Double) -> Bool {
        score.isCold && boxes[Int(units[unit].box)].loaderFreeAt <= now && units[unit].count == 0
    }

    /// Whether a request may be sent now that would go to this unit: requests that nobody waits for leave slots for those
    /// that somebody does, one on each unit and as many over all as such requests lately had and may come to have.
    func mayGo(_ demand: Demand, on unit: Int, _ score: Score, at now: Double) -> Bool {
        guard score.isFree else { return false }
        guard demand.serviceClass == .batch, units[unit].slots.isKnown else { return true }
        let kind = Int(units[unit].kind)
        let mean = urgentMean(of: kind, at: now)
        guard mean > ForecastConstants.leastUrgent else { return true }
        var slots: Int32 = 0
        for other in units where Int(other.kind) == kind && other.residency != .absent { slots += other.slots.count }
        // A tenth is theirs in any case: nobody waits for ever.
        if kinds[kind].batch < max(1, slots / 10) { return true }
        if units[unit].slots.count > 1, units[unit].count >= units[unit].slots.count - 1 { return false }
        // Twice the root of the mean above it: what a Poisson number stays below 49 times in 50.
        return Double(kinds[kind].batch + 1) <= Double(slots) - (mean + 2 * mean.squareRoot())
    }

    /// Tokens that the box will count for each one estimated.
    func scale(_ unit: Int) -> Double { kinds[Int(units[unit].kind)].promptScale.value ?? 1 }
}
