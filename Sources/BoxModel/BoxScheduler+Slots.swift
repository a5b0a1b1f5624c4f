/// A model's slots: who waits, who reads, who writes.
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
        requests[id]!.timings.read = clock
        guard requests[id]!.remaining > 0 else { return end(id, into: &changes) }
        guard pace.isFinite else {
            changes.append(.tokens(id, count: requests[id]!.remaining))
            return end(id, into: &changes)
        }
        writers += 1
        schedule(id)
    }

    /// One token of a stream is due.
    mutating func write(_ id: Int, into changes: inout [BoxChange]) {
        changes.append(.tokens(id, count: 1))
        requests[id]!.remaining -= 1
        if requests[id]!.remaining > 0 {
            schedule(id)
        } else {
            stopWriting()
            end(id, into: &changes)
        }
    }

    /// One stream less writes. With none left the clock of tokens starts anew, so that it never grows imprecise.
    mutating func stopWriting() {
        writers -= 1
        if writers == 0 {
            written = 0
            writing.removeAll()
        }
    }

    /// A slot is free: the first in line takes it.
    mutating func freeSlot(of model: Int, into changes: inout [BoxChange]) {
        counts.running -= 1
        residents[model]!.running -= 1
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
        let seconds = Double(demand.promptTokens) / settings.gpu.prefillTokensPerSecond
        let until = clock + Nanoseconds((seconds * 1e9).rounded(.up)) + demand.delay
        residents[model]!.running += 1
        counts.running += 1
        peakRunning = max(peakRunning, counts.running)
        requests[id]!.stage = .reading(until: until)
        requests[id]!.timings.started = clock
        reading.insert(id, at: until)
        changes.append(.started(id))
    }

    private mutating func schedule(_ id: Int) {
        let next = written + 1
        requests[id]!.stage = .writing(next: next)
        writing.insert(id, at: next)
    }

    private mutating func end(_ id: Int, into changes: inout [BoxChange]) {
        let demand = requests[id]!.demand
        guard !demand.sticks else {
            requests[id]!.stage = .stuck
            return
        }
        conclude(id, into: &changes)
        freeSlot(of: demand.model, into: &changes)
    }

    private mutating func conclude(_ id: Int, into changes: inout [BoxChange]) {
        var timings = requests.removeValue(forKey: id)!.timings
        timings.finished = clock
        changes.append(.finished(id, timings))
    }
}
