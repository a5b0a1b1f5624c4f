/// Events of requests and instances, and the lessons from them.
extension Forecast {
    /// Shorter than this, in seconds, is no wait for a slot and no load: every request has some time of nobody's.
    fileprivate static let noise = 0.25

    /// A request was sent to a deployment, with the score that was foreseen for it. Its number ends it.
    mutating func began(_ demand: Demand, on placement: Int, _ score: Score, at now: Double) -> Int32 {
        let instance = Int(placements[placement].instance)
        let tag = Int(placements[placement].tag)
        integrate(placement, at: now)
        let place = place(for: demand.chain, on: placement, at: now)
        let memory = take(place, for: demand.chain, tokens: demand.promptTokens, on: placement, at: now)
        let running = RunningRequest(
            placement: Int32(placement), sentAt: now, isStreamed: demand.isStreamed,
            expectedFirst: now + score.firstToken,
            estimatedTokens: demand.promptTokens, promptTokens: demand.promptTokens * scale(placement),
            cachedTokens: score.cached, outputLimit: demand.outputLimit, flow: demand.flow, memory: memory,
            isCold: score.isCold, serviceClass: demand.serviceClass,
            readingTime: score.prefill, unread: max(0, placements[placement].readsUntil - now),
            readers: placements[placement].readers, ahead: placements[placement].busy,
            active: instances[instance].active + (placements[placement].isAtWork ? 0 : 1),
            isAlone: !placements[placement].isAtWork && instances[instance].loaderFreeAt <= now
                && score.wait < Self.noise)
        if !placements[placement].isAtWork {
            instances[instance].active += 1
            changed(instance)
        }
        if score.wait > ForecastConstants.lead, placements[placement].busy == placements[placement].slots.count,
            placements[placement].slots.isTrialDue(at: now)
        {
            beganTrial(on: instance, at: now)
        }
        beganReading(placement, score, isStreamed: demand.isStreamed, at: now)
        placements[placement].count += 1
        instances[instance].running += 1
        placements[placement].lookedAt = -.infinity
        countArrival(of: tag, at: now)
        count(1, demand.serviceClass, of: tag, at: now)
        if score.isCold {
            beganLoad(placement, at: now, readyAt: now + score.firstToken - score.prefill)
            placements[placement].askedContext = demand.context
            placements[placement].contextLength = demand.context
        }
        return insert(running)
    }

    /// A load of ours is under way: what it drives out goes now, as far as we are concerned.
    private mutating func beganLoad(_ placement: Int, at now: Double, readyAt: Double) {
        let instance = Int(placements[placement].instance)
        let residents = residents(of: instance, except: placement)
        loadChecks[instance] = LoadCheck(
            placement: Int32(placement), residents: residents,
            held: residents.reduce(instances[instance].foreignBytes) { $0 + tags[Int(placements[Int($1)].tag)].size },
            count: residents.count + instances[instance].foreignCount)
        for victim in victims(of: placement) { setResidency(victim, .absent, at: now) }
        setResidency(placement, .loading, at: now)
        placements[placement].readyAt = readyAt
        instances[instance].loaderFreeAt = max(instances[instance].loaderFreeAt, readyAt)
    }

    /// A run's first token came.
    mutating func firstToken(_ index: Int32, at now: Double) {
        let placement = Int(requests[Int(index)].placement)
        guard requests[Int(index)].firstTokenAt == nil else { return }
        integrate(placement, at: now)
        requests[Int(index)].firstTokenAt = now
        let (foreseen, actual) = (
            requests[Int(index)].expectedFirst - requests[Int(index)].sentAt, now - requests[Int(index)].sentAt
        )
        if actual > 0 {
            placements[placement].firstTokenError.record(min(abs(foreseen - actual) / actual, 10), at: now)
        }
        learnSharing(requests[Int(index)], at: now)
        requests[Int(index)].streamSecondsAtFirst = placements[placement].streamSeconds
        requests[Int(index)].readSecondsAtFirst = placements[placement].readSeconds
        requests[Int(index)].beside = earlier(than: requests[Int(index)])
        finishedReading(index, at: now)
        countUnread(placement, at: now)
        arrived(placement, at: now)
        placements[placement].lookedAt = -.infinity
    }

    /// The model has answered: it is in memory.
    private mutating func arrived(_ placement: Int, at now: Double) {
        guard placements[placement].residency != .resident else { return }
        let instance = Int(placements[placement].instance)
        // It is to make room for a load of ours: what still ends there says nothing of what comes.
        if placements[placement].residency == .absent, instances[instance].loaderFreeAt > now { return }
        if placements[placement].residency == .loading, instances[instance].loaderFreeAt > now {
            instances[instance].loaderFreeAt = now
        }
        placements[placement].readyAt = now
        setResidency(placement, .resident, at: now)
    }

    /// A run is over; `sample` when it succeeded.
    mutating func ended(_ index: Int32, _ sample: Sample?, at now: Double) {
        let running = requests[Int(index)]
        let placement = Int(running.placement)
        let instance = Int(placements[placement].instance)
        integrate(placement, at: now)
        if let sample, running.firstTokenAt == nil, let times = sample.times {
            // It was not seen, but the box says how long the rest took.
            let first = now - min(max(0, times.decode.inSeconds), now - running.sentAt)
            countReading(of: index, from: first - max(0, times.prefill.inSeconds), to: first)
        }
        if let sample {
            arrived(placement, at: now)
            learn(running, sample, at: now)
        }
        noteEnd(of: index, at: now)
        remove(index)
        if running.firstTokenAt == nil { countUnread(placement, at: now) }
        leave(running.memory, on: placement, at: now)
        trimMemories(placement)
        count(-1, running.serviceClass, of: Int(placements[placement].tag), at: now)
        placements[placement].count -= 1
        instances[instance].running -= 1
        placements[placement].lookedAt = -.infinity
        if !placements[placement].isAtWork {
            instances[instance].active -= 1
            changed(instance)
        }
        if sample == nil, !placements[placement].isAtWork, placements[placement].residency == .loading {
            loadFailed(placement, at: now)
        }
    }

    /// A run that only had the model loaded is over: it shows how long a load takes, and no more.
    mutating func loaded(_ index: Int32, in time: Duration, at now: Double) {
        let running = requests[Int(index)]
        let placement = Int(running.placement)
        integrate(placement, at: now)
        arrived(placement, at: now)
        // A model that was there is answered for at once.
        if running.isCold, running.isAlone, time.inSeconds > Self.noise {
            placements[placement].load.record(time.inSeconds, at: now)
            measured(placement)
        }
        ended(index, nil, at: now)
    }

    /// Nobody is left for whom it would be loaded: the load went with the last.
    private mutating func loadFailed(_ placement: Int, at now: Double) {
        let instance = Int(placements[placement].instance)
        instances[instance].loaderFreeAt = min(instances[instance].loaderFreeAt, now)
        loadChecks[instance] = nil
        setResidency(placement, .absent, at: now)
    }

    private mutating func learn(_ running: RunningRequest, _ sample: Sample, at now: Double) {
        let placement = Int(running.placement)
        let tag = Int(placements[placement].tag)
        tags[tag].lengths.record(sample.completionTokens)
        tags[tag].keyLengths.record(sample.completionTokens, for: running.flow)
        if sample.promptTokens > 0 {
            // By the estimate itself: what the scale was meanwhile must not come back into it.
            let ratio = Double(sample.promptTokens) / max(1, running.estimatedTokens)
            tags[tag].promptScale.record(min(max(ratio, 0.2), 5), at: now)
        }
        if let times = sample.times {
            learn(running, sample, BoxSeconds(times, within: sample.duration), at: now)
        } else {
            learnFromOutside(running, sample, at: now)
        }
        measured(placement)
    }

    /// An instance's times, held to what our own clock says a request can have taken.
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

    private mutating func learn(_ running: RunningRequest, _ sample: Sample, _ seconds: BoxSeconds, at now: Double) {
        let placement = Int(running.placement)
        // Where none was expected, what is no load may last a while too: it stood in the scheduler's line.
        let isLoad = seconds.load > (running.isCold ? Self.noise : max(Self.noise, figures(placement)[2] * 0.2))
        // Only one whose load nothing else delayed shows how long a load takes.
        if isLoad, running.isAlone { placements[placement].load.record(seconds.load, at: now) }
        let read = Double(sample.promptTokens) - running.cachedTokens
        let active = Double(running.active)
        if running.cachedTokens == 0, read >= 16, seconds.prefill > 0,
            running.readsAlone || instances[Int(placements[placement].instance)].reading.way == .inTurn
                || placements[placement].prefill.value == nil
        {
            placements[placement].prefill.record(seconds.prefill / read / active, at: now)
        }
        if sample.completionTokens >= 4, seconds.decode > 0 {
            let writing =
                seconds.decode - min(seconds.decode, stalled(running, at: now)) * ForecastConstants.readingStall
            let perToken = writing / Double(sample.completionTokens)
            placements[placement].decode.record(perToken / active, streams: streams(running, at: now))
        }
        guard let queued = seconds.queued, !isLoad, !running.isCold else { return }
        let first = running.firstTokenAt ?? now - seconds.decode
        let shown = placements[placement].slots.shown
        defer { shareSlots(of: placement, since: shown) }
        placements[placement].slots.age(at: now)
        if queued > max(Self.noise, seconds.prefill * 0.5) {
            let rest = queued - running.readingAhead - unseenReading(before: running)
            if rest > max(Self.noise, queued * 0.1), running.hasEnd(near: first - seconds.prefill, within: Self.noise) {
                placements[placement].slots.recordWait(behind: running.ahead, at: now)
                return
            }
        } else if queued >= Self.noise / 2 {
            return
        }
        // Unseen, the first token came somewhere before the end: some that were there then may have ended since.
        let isSeen = running.firstTokenAt != nil
        placements[placement].slots.recordStart(
            beside: isSeen ? running.beside : earlier(than: running) + running.ends(after: first))
    }

    /// An upstream that says nothing of its times: ours are all there is.
    private mutating func learnFromOutside(_ running: RunningRequest, _ sample: Sample, at now: Double) {
        let placement = Int(running.placement)
        let active = Double(running.active)
        let isSeen = running.firstTokenAt != nil
        if isSeen || sample.completionTokens == 0 {
            let tokens = max(1, Double(sample.promptTokens) - running.cachedTokens)
            placements[placement].prefill.record(max(0, sample.timeToFirstToken.inSeconds) / tokens / active, at: now)
        }
        let writing = (isSeen ? sample.duration - sample.timeToFirstToken : sample.duration).inSeconds
        if sample.completionTokens >= 4, writing > 0 {
            let perToken = writing / Double(sample.completionTokens)
            placements[placement].decode.record(perToken / active, streams: streams(running, at: now))
        }
    }

    /// How many of a run's placement came before it and are still there.
    private func earlier(than running: RunningRequest) -> Int32 {
        var count: Int32 = 0
        var cursor = running.previous
        while cursor >= 0 {
            count += 1
            cursor = requests[Int(cursor)].previous
        }
        return count
    }

    /// How many requests of the placement wrote at once while this one did, on average.
    private func streams(_ running: RunningRequest, at now: Double) -> Double {
        guard let firstTokenAt = running.firstTokenAt, now > firstTokenAt else {
            return Double(min(running.ahead + 1, placements[Int(running.placement)].slots.count))
        }
        return max(
            1, (placements[Int(running.placement)].streamSeconds - running.streamSecondsAtFirst) / (now - firstTokenAt))
    }

    mutating func integrate(_ placement: Int, at now: Double) {
        let streams = Double(min(placements[placement].busy, placements[placement].slots.count))
        if placements[placement].readers > 0 {
            placements[placement].readSeconds += readSince(placement, at: now)
        }
        placements[placement].streamSeconds += streams * max(0, now - placements[placement].integratedAt)
        placements[placement].integratedAt = max(now, placements[placement].integratedAt)
    }

    /// Our placements that an instance has in memory or is loading, except one.
    func residents(of instance: Int, except placement: Int) -> [Int32] {
        var found: [Int32] = []
        var cursor = instances[instance].firstPlacement
        while cursor >= 0 {
            if Int(cursor) != placement, placements[Int(cursor)].residency != .absent { found.append(cursor) }
            cursor = placements[Int(cursor)].next
        }
        return found
    }
}
