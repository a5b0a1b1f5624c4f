/// A model's slots: the requests that wait, read and write.
extension BoxScheduler {
    /// The request has its model: it takes a reference, and a slot or a place in the line for one.
    mutating func attach(_ id: Int, to model: Int, into changes: inout [BoxChange]) {
        requests[id]!.timings.obtained = clock
        let demand = requests[id]!.demand
        if let keepAlive = demand.keepAlive { residents[model]!.keepAlive = keepAlive }
        residents[model]!.leavesAt = nil
        residents[model]!.references += 1
        if demand.work == .load {
            conclude(id, into: &changes)
            dropReference(to: model, into: &changes)
        } else if residents[model]!.running < residents[model]!.slots {
            start(id, on: model, into: &changes)
        } else {
            requests[id]!.stage = .waiting
            residents[model]!.waiters.append(id)
            counts.waiting += 1
        }
    }

    /// The prompt is read: a stream begins to write.
    mutating func finishReading(_ id: Int, into changes: inout [BoxChange]) {
        let model = requests[id]!.demand.model
        let remaining = requests[id]!.remaining
        requests[id]!.timings.read = clock
        if settings.gpu.readsInTurn {
            let took = Nanoseconds(requests[id]!.readingTime * pace.readingStretch)
            requests[id]!.timings.started = max(requests[id]!.timings.started, clock - took)
        }
        stopReading(of: model)
        guard remaining > 0 else { return end(id, into: &changes) }
        guard settings.gpu.decodeTokensPerSecond.isFinite else {
            changes.append(.tokens(id, count: remaining))
            return end(id, into: &changes)
        }
        if !streams[model].isActive { pace.activeModels += 1 }
        streams[model].writers += 1
        schedule(id, step: 1)
    }

    /// A stream's next token is due, or the rest of them.
    mutating func write(_ id: Int, into changes: inout [BoxChange]) {
        let (step, model) = (requests[id]!.step, requests[id]!.demand.model)
        let left = requests[id]!.remaining - step
        changes.append(.tokens(id, count: step))
        requests[id]!.remaining = left
        if left > 0 {
            schedule(id, step: settings.tokenSteps == .each ? 1 : left)
        } else {
            stopWriting(of: model)
            end(id, into: &changes)
        }
    }

    /// One request less reads. With none left the clock of reading starts anew, so that it never grows imprecise.
    mutating func stopReading(of model: Int) {
        readers -= 1
        streams[model].readers -= 1
        if !streams[model].isActive { pace.activeModels -= 1 }
        if readers == 0 {
            readClock = 0
            reading.removeAll()
        }
        if streams[model].readers == 0 { streams[model].readUntil = 0 }
    }

    /// One stream less writes. With none left the model's clock of tokens starts anew.
    mutating func stopWriting(of model: Int) {
        streams[model].writers -= 1
        if !streams[model].isActive { pace.activeModels -= 1 }
        if streams[model].writers == 0 {
            streams[model].written = 0
            streams[model].writing.removeAll()
        }
    }

    /// A request gives its slot back: the first in line takes it.
    mutating func freeSlot(
        of request: OpenRequest, remembering chain: [UInt64]? = nil, into changes: inout [BoxChange]
    ) {
        let model = request.demand.model
        counts.running -= 1
        residents[model]!.running -= 1
        residents[model]!.cache.free(request.slot, remembering: chain)
        while let next = residents[model]!.waiters.popFirst() {
            guard requests[next] != nil else { continue }
            counts.waiting -= 1
            start(next, on: model, into: &changes)
            break
        }
        dropReference(to: model, into: &changes)
    }

    /// One request less uses the model. With none left it idles, or leaves.
    mutating func dropReference(to model: Int, into changes: inout [BoxChange]) {
        residents[model]!.references -= 1
        guard residents[model]!.references == 0 else { return }
        if residents[model]!.keepAlive <= .after(0) {
            remove(model, into: &changes)
            if recovering.isEmpty { resumeHead(into: &changes) }
        } else {
            idle(model)
        }
    }

    /// Nothing uses the model from now on.
    mutating func idle(_ model: Int) {
        let expiry = expiry(residents[model]!.keepAlive)
        residents[model]!.expiresAt = expiry
        residents[model]!.leavesAt = if case .after(let moment) = expiry { moment } else { nil }
    }

    private mutating func start(_ id: Int, on model: Int, into changes: inout [BoxChange]) {
        let demand = requests[id]!.demand
        let (slot, blocks) = residents[model]!.cache.take(demand.prefix)
        // The last token is always read: what follows from it is not remembered.
        let cached = min(blocks * demand.blockTokens, max(demand.promptTokens - 1, 0))
        let time = pace.readingTime(of: demand.promptTokens - cached, model: model)
        let begin = settings.gpu.readsInTurn ? max(readClock, streams[model].readUntil) : readClock
        let until = begin + time + Double(demand.delay)
        streams[model].readUntil = until
        residents[model]!.running += 1
        counts.running += 1
        peakRunning = max(peakRunning, counts.running)
        if !streams[model].isActive { pace.activeModels += 1 }
        readers += 1
        streams[model].readers += 1
        requests[id]!.stage = .reading(until: until)
        requests[id]!.slot = slot
        requests[id]!.timings.started = clock
        requests[id]!.timings.cachedTokens = cached
        requests[id]!.readingTime = time + Double(demand.delay)
        reading.insert(id, at: until)
        changes.append(.started(id))
    }

    private mutating func schedule(_ id: Int, step: Int) {
        let model = requests[id]!.demand.model
        let next = streams[model].written + Double(step)
        requests[id]!.step = step
        requests[id]!.stage = .writing(next: next)
        streams[model].writing.insert(id, at: next)
    }

    private mutating func end(_ id: Int, into changes: inout [BoxChange]) {
        guard !requests[id]!.demand.sticks else {
            requests[id]!.stage = .stuck
            return
        }
        let request = conclude(id, into: &changes)
        let transcript = request.demand.transcript
        freeSlot(of: request, remembering: transcript.isEmpty ? nil : transcript, into: &changes)
    }

    @discardableResult
    private mutating func conclude(_ id: Int, into changes: inout [BoxChange]) -> OpenRequest {
        let request = requests.removeValue(forKey: id)!
        var timings = request.timings
        timings.finished = clock
        changes.append(.finished(id, timings))
        return request
    }
}
