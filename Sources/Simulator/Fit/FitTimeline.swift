/// The requests that read and wrote on one instance over time, by the log: the crowd while a request was at work.
struct FitTimeline {
    /// How crowded it was, on average over what was done in a span: a token that was written slowly counts no more than a
    /// quick one, so that the averages' sum is the time it took.
    struct Crowd {
        /// Models at work, K.
        var models = 1.0
        /// K × (requests of the same model at work − 1).
        var beside = 0.0
        /// K, in what was written while a prompt of the model was read.
        var reading = 0.0
    }

    /// The cost of streams to each other, as far as it is known already: it says when the work was done.
    struct Costs {
        var slope = 0.2
        var interference = 1.0
    }

    /// The integrals over time up to each event: done alone on the card's time, and what it met there.
    private struct Sums {
        var time = 0.0
        var done = 0.0
        var models = 0.0
        var beside = 0.0
        var reading = 0.0

        mutating func add(_ span: Double, active: Int, atWork: Int, readers: Int, _ costs: Costs) {
            let others = Double(max(atWork, 1) - 1)
            let stretch = 1 + costs.slope * others + (readers > 0 ? costs.interference : 0)
            let share = span / Double(max(active, 1)) / stretch
            time += span
            done += share
            models += share * Double(active)
            beside += share * Double(active) * others
            if readers > 0 { reading += share * Double(active) }
        }

        static func between(_ low: Sums, _ high: Sums, _ share: Double) -> Sums {
            func at(_ path: KeyPath<Sums, Double>) -> Double {
                low[keyPath: path] + share * (high[keyPath: path] - low[keyPath: path])
            }
            return Sums(
                time: at(\.time), done: at(\.done), models: at(\.models), beside: at(\.beside), reading: at(\.reading))
        }
    }

    /// The overlap between an end and the begin that it makes room for, the other way round in the log: its times have
    /// milliseconds, and end when the gateway saw the last byte.
    private static let blur = 0.01

    /// Requests of one model at work at the same time, at most.
    private(set) var most = 0

    private var times: [Double] = []
    /// Of each model at each of `times`.
    private var sums: [[Sums]]
    /// Time divided by the models at work: what reading gets.
    private var shares: [Sums] = []

    /// Of the requests of one instance.
    init(_ requests: [FitLog.Request], models count: Int, _ costs: Costs = Costs()) {
        var events: [(time: Double, model: Int, readers: Int, writers: Int)] = []
        for request in requests {
            events.append((request.readFrom, request.model, 1, 0))
            events.append((request.writtenFrom, request.model, -1, 1))
            events.append((request.ended, request.model, 0, -1))
        }
        events.sort { $0.time < $1.time }
        sums = Array(repeating: [], count: count)
        var (readers, writers) = (Array(repeating: 0, count: count), Array(repeating: 0, count: count))
        var running = Array(repeating: Sums(), count: count)
        var share = Sums()
        var last = events.first?.time ?? 0
        for event in events {
            let span = event.time - last
            let active = (0..<count).count { readers[$0] + writers[$0] > 0 }
            share.add(span, active: active, atWork: 0, readers: 0, costs)
            for model in 0..<count {
                let atWork = readers[model] + writers[model]
                running[model].add(span, active: active, atWork: atWork, readers: readers[model], costs)
                sums[model].append(running[model])
            }
            shares.append(share)
            last = event.time
            readers[event.model] += event.readers
            writers[event.model] += event.writers
            times.append(event.time)
        }
        most = Self.most(requests, models: count)
    }

    /// How crowded it was for what a request of the model wrote from one time to another.
    func crowd(_ model: Int, from start: Double, to end: Double) -> Crowd {
        let (low, high) = (value(sums[model], at: start), value(sums[model], at: end))
        let done = high.done - low.done
        guard end > start, done > 0 else { return Crowd() }
        return Crowd(
            models: max(1, (high.models - low.models) / done), beside: (high.beside - low.beside) / done,
            reading: (high.reading - low.reading) / done)
    }

    /// Models at work for what was read from one time to another.
    func models(from start: Double, to end: Double) -> Double {
        let (low, high) = (value(shares, at: start), value(shares, at: end))
        guard high.done > low.done else { return 1 }
        return max(1, (high.time - low.time) / (high.done - low.done))
    }

    private func value(_ sums: [Sums], at time: Double) -> Sums {
        var (low, high) = (0, times.count)
        while low < high {
            let middle = (low + high) / 2
            if times[middle] <= time { low = middle + 1 } else { high = middle }
        }
        guard low > 0 else { return Sums() }
        guard low < times.count, times[low] > times[low - 1] else { return sums[low - 1] }
        return .between(sums[low - 1], sums[low], (time - times[low - 1]) / (times[low] - times[low - 1]))
    }

    private static func most(_ requests: [FitLog.Request], models: Int) -> Int {
        var events: [(time: Double, model: Int, change: Int)] = []
        for request in requests where request.ended - request.readFrom > 2 * blur {
            events.append((request.readFrom + blur, request.model, 1))
            events.append((request.ended - blur, request.model, -1))
        }
        events.sort { ($0.time, $0.change) < ($1.time, $1.change) }
        var (open, most) = (Array(repeating: 0, count: models), 1)
        for event in events {
            open[event.model] += event.change
            most = max(most, open[event.model])
        }
        return most
    }
}
