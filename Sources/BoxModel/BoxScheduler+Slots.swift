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
        if settings.gpu.reading == .inTurn {
            let took = Nanoseconds(requests[id]!.ownTime * pace.readingStretch(streams[model]))
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

    /// One request less reads. With none left the model's clock of reading starts anew, so that it never grows imprecise.
    mutating func stopReading(of model: Int) {
        streams[model].readers -= 1
        if !streams[model].isActive { pace.activeModels -= 1 }
        if streams[model].readers == 0 {
            streams[model].readClock = 0
            streams[model].readUntil = 0
            streams[model].reading.removeAll()
        }
    }

    /// A prompt is read no further: those behind it are read the sooner.
    mutating func moveUp(behind until: Double, _ request: OpenRequest) {
        guard settings.gpu.reading == .inTurn else { return }
        let model = request.demand.model
        let left = min(request.readingTime, max(0, until - Double(request.demand.delay) - streams[model].readClock))
        streams[model].readUntil -= left
        streams[model].reading.removeAll()
        let others = requests.compactMap { id, other -> (id: Int, until: Double)? in
            guard other.demand.model == model, case .reading(let end) = other.stage else { return nil }
            return (id, end > until ? end - left : end)
        }
        for other in others.sorted(by: { ($0.until, $0.id) < ($1.until, $1.id) }) {
            requests[other.id]!.stage = .reading(until: other.until)
            streams[model].reading.insert(other.id, at: other.until)
        }
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
        let clock = streams[model].readClock
        let isInTurn = settings.gpu.reading == .inTurn
        let begin = isInTurn ? max(clock, streams[model].readUntil) : clock
        streams[model].readUntil = begin + time
        // A fault delays nobody else: it is no work of the card's.
        let until = begin + time + Double(demand.delay)
        residents[model]!.running += 1
        counts.running += 1
        peakRunning = max(peakRunning, counts.running)
        if !streams[model].isActive { pace.activeModels += 1 }
        streams[model].readers += 1
        requests[id]!.stage = .reading(until: until)
        requests[id]!.slot = slot
        requests[id]!.timings.started = self.clock
        requests[id]!.timings.cachedTokens = cached
        requests[id]!.readingTime = time
        requests[id]!.ownTime = until - (isInTurn ? max(clock, batchBegin(begin, model: model)) : begin)
        streams[model].reading.insert(id, at: until)
        changes.append(.started(id))
    }

    /// Where the clock of reading was when the batch began that has a prompt's first token: the rest of the prompt before
    /// it leaves room in its last batch.
    private func batchBegin(_ begin: Double, model: Int) -> Double {
        let batch = pace.batchTime(model: model)
        return batch > 0 ? (begin / batch).rounded(.down) * batch : begin
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
