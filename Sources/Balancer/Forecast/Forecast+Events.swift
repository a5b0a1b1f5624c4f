/// What happens to requests and boxes, and what it teaches.
extension Forecast {
    /// Shorter than this, in seconds, is no wait for a slot and no load: every request has some time of nobody's.
    fileprivate static let noise = 0.25

    /// A request was sent to a deployment, with the score that was foreseen for it. Its number ends it.
    mutating func began(_ demand: Demand, on unit: Int, _ score: Score, at now: Double) -> Int32 {
        let box = Int(units[unit].box)
        let kind = Int(units[unit].kind)
        integrate(unit, at: now)
        let place = place(for: demand.chain, on: unit, at: now)
        let memory = take(place, for: demand.chain, tokens: demand.promptTokens, on: unit, at: now)
        let run = Run(
            unit: Int32(unit), sentAt: now, expectedFirst: now + score.firstToken, isStreamed: demand.isStreamed,
            estimatedTokens: demand.promptTokens, promptTokens: demand.promptTokens * scale(unit),
            cachedTokens: score.cached, outputLimit: demand.outputLimit, flow: demand.flow, memory: memory,
            isCold: score.isCold, serviceClass: demand.serviceClass, ahead: units[unit].count,
            active: boxes[box].active + (units[unit].count == 0 ? 1 : 0),
            isAlone: units[unit].count == 0 && boxes[box].loaderFreeAt <= now && score.wait < Self.noise)
        if units[unit].count == 0 {
            boxes[box].active += 1
            changed(box)
        }
        units[unit].count += 1
        boxes[box].running += 1
        units[unit].lookedAt = -.infinity
        countArrival(of: kind, at: now)
        count(1, demand.serviceClass, of: kind, at: now)
        if score.isCold {
            beganLoad(unit, at: now, readyAt: now + score.firstToken - score.prefill)
            units[unit].askedContext = demand.context
            units[unit].contextLength = demand.context
        }
        return insert(run)
    }

    /// A load of ours is under way: what it drives out goes now, as far as we are concerned.
    private mutating func beganLoad(_ unit: Int, at now: Double, readyAt: Double) {
        let box = Int(units[unit].box)
        let residents = residents(of: box, except: unit)
        loadChecks[box] = LoadCheck(
            unit: Int32(unit), residents: residents,
            held: residents.reduce(boxes[box].foreignBytes) { $0 + kinds[Int(units[Int($1)].kind)].size },
            count: residents.count + boxes[box].foreignCount)
        for victim in victims(of: unit) { setResidency(victim, .absent, at: now) }
        setResidency(unit, .loading, at: now)
        units[unit].readyAt = readyAt
        boxes[box].loaderFreeAt = max(boxes[box].loaderFreeAt, readyAt)
    }

    /// A run's first token came.
    mutating func firstToken(_ index: Int32, at now: Double) {
        let unit = Int(runs[Int(index)].unit)
        guard runs[Int(index)].firstTokenAt != runs[Int(index)].firstTokenAt else { return }
        integrate(unit, at: now)
        runs[Int(index)].firstTokenAt = now
        let (foreseen, actual) = (
            runs[Int(index)].expectedFirst - runs[Int(index)].sentAt, now - runs[Int(index)].sentAt
        )
        if actual > 0 { units[unit].firstTokenError.record(min(abs(foreseen - actual) / actual, 10), at: now) }
        runs[Int(index)].streamSecondsAtFirst = units[unit].streamSeconds
        runs[Int(index)].beside = earlier(than: runs[Int(index)])
        arrived(unit, at: now)
        units[unit].lookedAt = -.infinity
    }

    /// The model has answered: it is in memory.
    private mutating func arrived(_ unit: Int, at now: Double) {
        guard units[unit].residency != .resident else { return }
        let box = Int(units[unit].box)
        // It is to make room for a load of ours: what still ends there says nothing of what comes.
        if units[unit].residency == .absent, boxes[box].loaderFreeAt > now { return }
        if units[unit].residency == .loading, boxes[box].loaderFreeAt > now { boxes[box].loaderFreeAt = now }
        units[unit].readyAt = now
        setResidency(unit, .resident, at: now)
    }

    /// A run is over; `sample` when it succeeded.
    mutating func ended(_ index: Int32, _ sample: Sample?, at now: Double) {
        let run = runs[Int(index)]
        let unit = Int(run.unit)
        let box = Int(units[unit].box)
        integrate(unit, at: now)
        if let sample {
            arrived(unit, at: now)
            learn(run, sample, at: now)
        }
        remove(index)
        leave(run.memory, on: unit, at: now)
        trimMemories(unit)
        count(-1, run.serviceClass, of: Int(units[unit].kind), at: now)
        units[unit].count -= 1
        boxes[box].running -= 1
        units[unit].lookedAt = -.infinity
        if units[unit].count == 0 {
            boxes[box].active -= 1
            changed(box)
        }
        if sample == nil, units[unit].count == 0, units[unit].residency == .loading { loadFailed(unit, at: now) }
    }

    /// Nobody is left for whom it would be loaded: the load went with the last.
    private mutating func loadFailed(_ unit: Int, at now: Double) {
        let box = Int(units[unit].box)
        boxes[box].loaderFreeAt = min(boxes[box].loaderFreeAt, now)
        loadChecks[box] = nil
        setResidency(unit, .absent, at: now)
    }

    private mutating func learn(_ run: Run, _ sample: Sample, at now: Double) {
        let unit = Int(run.unit)
        let kind = Int(units[unit].kind)
        kinds[kind].lengths.record(sample.completionTokens)
        kinds[kind].keyLengths.record(sample.completionTokens, for: run.flow)
        if sample.promptTokens > 0 {
            // By the estimate itself: what the scale was meanwhile must not come back into it.
            let ratio = Double(sample.promptTokens) / max(1, run.estimatedTokens)
            kinds[kind].promptScale.record(min(max(ratio, 0.2), 5), at: now)
        }
        if let times = sample.times {
            learn(run, sample, BoxSeconds(times, within: sample.duration), at: now)
        } else {
            learnFromOutside(run, sample, at: now)
        }
        measured(unit)
    }

    /// A box's times, held to what our own clock says a request can have taken.
    private struct BoxSeconds {
        let load: Double
        let prefill: Double
        let decode: Double
        /// In line for a slot; nil when the parts are more than the whole.
        let queued: Double?

        init(_ times: BoxTimes, within duration: Duration) {
            let most = max(0, duration.inSeconds)
            load = min(max(0, times.load.inSeconds), most)
            prefill = min(max(0, times.prefill.inSeconds), most)
            decode = min(max(0, times.decode.inSeconds), most)
            let rest = min(times.total.inSeconds, most) - load - prefill - decode
            queued = rest > -Forecast.noise / 2 ? rest : nil
        }
    }

    private mutating func learn(_ run: Run, _ sample: Sample, _ seconds: BoxSeconds, at now: Double) {
        let unit = Int(run.unit)
        // Where none was expected, what is no load may last a while too: it stood in the scheduler's line.
        let isLoad = seconds.load > (run.isCold ? Self.noise : max(Self.noise, figures(unit)[2] * 0.2))
        // Only one whose load nothing else delayed shows how long a load takes.
        if isLoad, run.isAlone { units[unit].load.record(seconds.load, at: now) }
        let read = Double(sample.promptTokens) - run.cachedTokens
        let active = Double(run.active)
        if run.cachedTokens == 0, read >= 16, seconds.prefill > 0 {
            units[unit].prefill.record(seconds.prefill / read / active, at: now)
        }
        if sample.completionTokens >= 4, seconds.decode > 0 {
            let perToken = seconds.decode / Double(sample.completionTokens)
            units[unit].decode.record(perToken / active, streams: streams(run, at: now))
        }
        guard let queued = seconds.queued, !isLoad, !run.isCold else { return }
        if queued > max(Self.noise, seconds.prefill * 0.5) {
            units[unit].slots.recordWait(behind: run.ahead)
        } else if queued < Self.noise / 2 {
            // Unseen, the first token came somewhere before the end: whoever is still there was there then.
            let isSeen = run.firstTokenAt == run.firstTokenAt
            units[unit].slots.recordStart(beside: isSeen ? run.beside : earlier(than: run))
        }
    }

    /// An upstream that says nothing of its times: ours are all there is.
    private mutating func learnFromOutside(_ run: Run, _ sample: Sample, at now: Double) {
        let unit = Int(run.unit)
        let active = Double(run.active)
        let isSeen = run.firstTokenAt == run.firstTokenAt
        if isSeen || sample.completionTokens == 0 {
            let tokens = max(1, Double(sample.promptTokens) - run.cachedTokens)
            units[unit].prefill.record(max(0, sample.timeToFirstToken.inSeconds) / tokens / active, at: now)
        }
        let writing = (isSeen ? sample.duration - sample.timeToFirstToken : sample.duration).inSeconds
        if sample.completionTokens >= 4, writing > 0 {
            let perToken = writing / Double(sample.completionTokens)
            units[unit].decode.record(perToken / active, streams: streams(run, at: now))
        }
    }

    /// How many of a run's unit came before it and are still there.
    private func earlier(than run: Run) -> Int32 {
        var count: Int32 = 0
        var cursor = run.previous
        while cursor >= 0 {
            count += 1
            cursor = runs[Int(cursor)].previous
        }
        return count
    }

    /// How many requests of the unit wrote at once while this one did, on average.
    private func streams(_ run: Run, at now: Double) -> Double {
        guard run.firstTokenAt == run.firstTokenAt, now > run.firstTokenAt else {
            return Double(min(run.ahead + 1, units[Int(run.unit)].slots.count))
        }
        return max(1, (units[Int(run.unit)].streamSeconds - run.streamSecondsAtFirst) / (now - run.firstTokenAt))
    }

    private mutating func integrate(_ unit: Int, at now: Double) {
        let streams = Double(min(units[unit].count, units[unit].slots.count))
        units[unit].streamSeconds += streams * max(0, now - units[unit].integratedAt)
        units[unit].integratedAt = max(now, units[unit].integratedAt)
    }

    /// What a box has in memory of ours, or is loading, but for one unit.
    func residents(of box: Int, except unit: Int) -> [Int32] {
        var found: [Int32] = []
        var cursor = boxes[box].firstUnit
        while cursor >= 0 {
            if Int(cursor) != unit, units[Int(cursor)].residency != .absent { found.append(cursor) }
            cursor = units[Int(cursor)].next
        }
        return found
    }
}
