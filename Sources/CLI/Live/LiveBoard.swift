import Balancer

/// The facts behind the live view: the pool as it is, and what has changed since the view was opened. A value: snapshots go in.
struct LiveBoard {
    /// Something that has changed.
    struct Event: Equatable {
        /// The time of day.
        var time: String
        var text: String
        var colour: TerminalColour?
    }

    /// The counters of one snapshot, for rates.
    private struct Sample {
        var at: Double
        var requests: [String: Int]
    }

    /// So many events are kept.
    private static let mostEvents = 200
    /// Rates are over so many seconds, as far as it has been looked at for that long.
    private static let rateSeconds = 10.0
    /// So many seconds of the past are drawn.
    private static let mostHistory = 60

    private(set) var snapshot: PoolSnapshot?
    /// The newest first.
    private(set) var events: [Event] = []
    /// Requests in flight, one number for each look, the oldest first.
    private(set) var history: [Int] = []
    /// Why there is no newer snapshot; nil where there is.
    private(set) var trouble: String?
    private var samples: [Sample] = []

    /// Takes the pool as it is now.
    ///
    /// - Parameters:
    ///   - now: seconds of a clock that never goes back.
    ///   - clock: the time of day.
    mutating func take(_ next: PoolSnapshot, at now: Double, clock: String) {
        if trouble != nil, snapshot != nil { add("the gateway answers again", .green, clock) }
        trouble = nil
        if let last = snapshot {
            if next.uptimeSeconds < last.uptimeSeconds {
                add("the gateway was started anew", .yellow, clock)
                samples = []
            } else {
                compare(last, next, clock)
            }
        }
        snapshot = next
        history = history.suffix(Self.mostHistory - 1) + [next.inFlight]
        var requests: [String: Int] = [:]
        for one in next.deployments { requests[one.instance, default: 0] += one.requests }
        samples.append(Sample(at: now, requests: requests))
        while samples.count > 2, now - samples[1].at >= Self.rateSeconds { samples.removeFirst() }
    }

    /// No snapshot could be had.
    mutating func fail(_ reason: String, clock: String) {
        if trouble == nil, snapshot != nil { add("the gateway does not answer", .red, clock) }
        trouble = reason
    }

    /// Requests a second that were sent to an instance, or to all; nil before there are two looks.
    func rate(of instance: String? = nil) -> Double? {
        guard let first = samples.first, let last = samples.last, last.at > first.at else { return nil }
        func count(_ sample: Sample) -> Int {
            instance.map { sample.requests[$0] ?? 0 } ?? sample.requests.values.reduce(0, +)
        }
        return Double(max(0, count(last) - count(first))) / (last.at - first.at)
    }

    // MARK: - What has changed

    private mutating func add(_ text: String, _ colour: TerminalColour?, _ clock: String) {
        events.insert(Event(time: clock, text: text, colour: colour), at: 0)
        if events.count > Self.mostEvents { events.removeLast() }
    }

    private static func served(_ pool: PoolSnapshot) -> Set<String> {
        Set(pool.deployments.lazy.filter(\.takesRequests).map(\.modelName))
    }

    private mutating func compare(_ last: PoolSnapshot, _ next: PoolSnapshot, _ clock: String) {
        let before = Dictionary(last.instances.map { ($0.instance, $0) }) { first, _ in first }
        for instance in next.instances {
            guard let old = before[instance.instance] else {
                add("\(instance.instance) is new", nil, clock)
                continue
            }
            if old.state != instance.state {
                let reason = instance.reason.map { ": \($0)" } ?? ""
                let colour: TerminalColour =
                    instance.state == "ready" ? .green : instance.state == "down" ? .red : .yellow
                add("\(instance.instance) was \(old.state), is \(instance.state)\(reason)", colour, clock)
            }
            let (had, has) = (Set(old.loaded.map(\.model)), Set(instance.loaded.map(\.model)))
            for model in has.subtracting(had).sorted() { add("\(instance.instance) has loaded \(model)", nil, clock) }
            for model in had.subtracting(has).sorted() { add("\(instance.instance) has unloaded \(model)", nil, clock) }
        }
        let deployments = Dictionary(last.deployments.map { ($0.modelID, $0) }) { first, _ in first }
        for one in next.deployments {
            guard let old = deployments[one.modelID] else { continue }
            let place = "\(one.modelName) on \(one.instance)"
            if old.breaker != one.breaker {
                let colour: TerminalColour = one.breaker == "closed" ? .green : .yellow
                add("the breaker of \(place) is \(one.breaker)", colour, clock)
            }
            if one.failures > old.failures {
                let count = one.failures - old.failures
                add("\(count) \(count == 1 ? "attempt" : "attempts") failed: \(place)", .red, clock)
            }
        }
        // A model whose instances are all full is served.
        let (served, servedNow) = (Self.served(last), Self.served(next))
        for model in next.models where served.contains(model.modelName) && !servedNow.contains(model.modelName) {
            add("nothing can serve \(model.modelName)", .red, clock)
        }
    }
}
