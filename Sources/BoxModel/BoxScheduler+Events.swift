/// What comes next, and how time passes until then.
extension BoxScheduler {
    enum Event {
        case memoryFree
        case loaded(Int, ResidentModel)
        case read(Int)
        case token(Int, target: Double)
        case expired(model: Int)
    }

    /// The earliest event; of equals the one named first in `Event`.
    mutating func nextEvent() -> (time: Nanoseconds, event: Event)? {
        dropStaleEntries()
        var next: (time: Nanoseconds, event: Event)?
        func offer(_ time: Nanoseconds, _ event: @autoclosure () -> Event) {
            if next == nil || time < next!.time { next = (time, event()) }
        }
        for memory in recovering { offer(memory.until, .memoryFree) }
        if case .loading(let id, let model, let until) = head { offer(until, .loaded(id, model)) }
        if let entry = reading.first { offer(entry.key, .read(entry.request)) }
        if let entry = writing.first { offer(moment(of: entry.key), .token(entry.request, target: entry.key)) }
        for resident in residents {
            if let resident, let leavesAt = resident.leavesAt { offer(leavesAt, .expired(model: resident.model)) }
        }
        return next
    }

    /// Moves the clock, and with it what every stream has written.
    mutating func pass(to time: Nanoseconds) {
        precondition(time >= clock, "time went backwards")
        if writers > 0, pace.isFinite { written += Double(time - clock) * pace / 1e9 }
        clock = time
    }

    /// Tokens per second of each stream that writes now.
    var pace: Double {
        let gpu = settings.gpu
        return gpu.decodeTokensPerSecond / (1 + gpu.decodeSlowdown * Double(max(writers, 1) - 1)) / slowness
    }

    /// When `written` will have reached `target`, if nothing changes.
    private func moment(of target: Double) -> Nanoseconds {
        clock + Nanoseconds(min(max(0, ((target - written) / pace * 1e9).rounded(.up)), 1e18))
    }

    /// Entries of requests that were cancelled stay in the heaps until they come up.
    private mutating func dropStaleEntries() {
        while let entry = reading.first {
            if case .reading(let until)? = requests[entry.request]?.stage, until == entry.key { break }
            reading.removeFirst()
        }
        while let entry = writing.first {
            if case .writing(let target)? = requests[entry.request]?.stage, target == entry.key { break }
            writing.removeFirst()
        }
    }
}
