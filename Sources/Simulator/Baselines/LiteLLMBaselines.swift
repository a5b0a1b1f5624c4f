import Balancer

/// LiteLLM's `simple-shuffle` where no weights are set: any deployment, by chance.
struct LiteLLMShuffle: Baseline {
    static let name = "litellm-simple-shuffle"
    static let retriesAnywhere = true

    init(boxes: Int, models: Int) {}

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        boxes[random.below(boxes.count)]
    }
}

/// LiteLLM's `least-busy`: the fewest requests in flight of this model, whatever else the box does; of equals the first
/// as configured.
struct LiteLLMLeastBusy: Baseline {
    static let name = "litellm-least-busy"
    static let retriesAnywhere = true

    init(boxes: Int, models: Int) {}

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        let model = Int(request.model)
        var chosen = boxes[0]
        for box in boxes.dropFirst() where counts.of(model, on: box) < counts.of(model, on: chosen) { chosen = box }
        return chosen
    }
}

/// LiteLLM's `latency-based-routing` for streams: the lowest mean of the last ten times to first token, which are known
/// when an answer ends; one that has none counts as 0, so it is tried first. A time-out counts as 1,000 s, any other
/// failure as nothing. Equals by chance (`lowest_latency_buffer` 0).
struct LiteLLMLatency: Baseline {
    static let name = "litellm-latency-based"
    static let retriesAnywhere = true
    private static let window = 10

    /// The last values of each box and model, oldest first.
    private var values: [[Double]]
    private let models: Int

    init(boxes: Int, models: Int) {
        self.models = models
        values = Array(repeating: [], count: boxes * models)
    }

    mutating func choose(
        _ request: SimulatedRequest, from boxes: [Int], _ counts: InFlightCounts, random: inout RandomSource
    ) -> Int {
        var lowest = Double.infinity
        var equals: [Int] = []
        for box in boxes {
            let own = values[box * models + Int(request.model)]
            let mean = own.isEmpty ? 0 : own.reduce(0, +) / Double(own.count)
            if mean < lowest { (lowest, equals) = (mean, [box]) } else if mean == lowest { equals.append(box) }
        }
        return equals[random.below(equals.count)]
    }

    mutating func learn(_ model: Int, on box: Int, _ outcome: Outcome) {
        let value: Double
        switch outcome {
        case .succeeded(let sample): value = sample.timeToFirstToken.inSeconds
        case .failed(.timedOut): value = 1_000
        case .answered, .failed, .declined, .ignored, .loaded: return
        }
        let place = box * models + model
        if values[place].count == Self.window { values[place].removeFirst() }
        values[place].append(value)
    }
}
