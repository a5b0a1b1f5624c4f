/// The next event, and the passing of time until then.
extension BoxScheduler {
    enum Event {
        case memoryFree
        case loaded
        case read(Int, model: Int, target: Double)
        case token(Int, model: Int, target: Double)
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
        if case .loading(_, _, let until) = head { offer(until, .loaded) }
        for model in streams.indices {
            guard let entry = streams[model].reading.first else { continue }
            let left = (entry.key - streams[model].readClock) * pace.readingStretch(streams[model])
            offer(moment(after: left), .read(entry.request, model: model, target: entry.key))
        }
        for model in streams.indices {
            guard let entry = streams[model].writing.first else { continue }
            let left = (entry.key - streams[model].written) / pace.writing(streams[model], model: model) * 1e9
            offer(moment(after: left), .token(entry.request, model: model, target: entry.key))
        }
        for model in residents.indices {
            if let leavesAt = residents[model]?.leavesAt { offer(leavesAt, .expired(model: model)) }
        }
        return next
    }

    /// Moves the clock, and with it what every request has read and every stream has written.
    mutating func pass(to time: Nanoseconds) {
        precondition(time >= clock, "time went backwards")
        let span = Double(time - clock)
        if span > 0, pace.activeModels > 0 {
            for model in streams.indices where streams[model].readers > 0 {
                streams[model].readClock += span / pace.readingStretch(streams[model])
            }
            for model in streams.indices where streams[model].writers > 0 {
                let rate = pace.writing(streams[model], model: model)
                if rate.isFinite { streams[model].written += span * rate / 1e9 }
            }
            workingTime += time - clock
        }
        clock = time
    }

    private func moment(after nanoseconds: Double) -> Nanoseconds {
        clock + Nanoseconds(min(max(0, nanoseconds.rounded(.up)), 1e18))
    }

    /// Entries of requests that were cancelled stay in the heaps until they come up.
    private mutating func dropStaleEntries() {
        guard mayHoldStaleEntries else { return }
        for model in streams.indices {
            while let entry = streams[model].reading.first {
                if case .reading(let until)? = requests[entry.request]?.stage, until == entry.key { break }
                streams[model].reading.removeFirst()
            }
            while let entry = streams[model].writing.first {
                if case .writing(let target)? = requests[entry.request]?.stage, target == entry.key { break }
                streams[model].writing.removeFirst()
            }
        }
        mayHoldStaleEntries = pace.activeModels > 0
    }
}
