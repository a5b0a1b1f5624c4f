import BoxModel

/// What a pool can do when every slot is always taken: the 100 % of `load`.
///
/// A request of a model that has a box to itself, with all n slots at work, holds its slot for T = p + w: p to read its
/// prompt, w to write its answer. Of the n − 1 others, some one reads for the share q = 1 − (1 − p / T)^(n − 1) of the
/// time, so with f = 1 + decodeSlowdown × (n − 1) and the card's time d for the answer alone,
/// d = w × ((1 − q) / f + q / (f + prefillInterference)). The box's time per request is T / n. A box's capacity is one over
/// the mean of that over the workload's requests, the pool's is the boxes' sum. Loads and the sharing of a card between
/// models are not counted: a pool that does much of either is full earlier.
enum FullBatch {
    /// Requests of this workload that the pool answers per second.
    static func requestsPerSecond(_ pool: SimulatedPool, _ workload: Workload) -> Double {
        var lengths = Array(repeating: (count: 0.0, prompt: 0.0, output: 0.0), count: pool.models.count)
        for request in workload.requests where request.model >= 0 {
            lengths[Int(request.model)].count += 1
            lengths[Int(request.model)].prompt += Double(request.promptTokens)
            lengths[Int(request.model)].output += Double(request.outputTokens)
        }
        let total = lengths.reduce(0) { $0 + $1.count }
        guard total > 0 else { return 0 }
        var known: [GPUClass: Double] = [:]
        var sum = 0.0
        for box in pool.boxes {
            if known[box.gpu] == nil {
                var seconds = 0.0
                for (model, length) in zip(pool.models, lengths) where length.count > 0 {
                    seconds +=
                        length.count / total
                        * boxSeconds(
                            box.gpu,
                            reading: length.prompt / length.count / box.gpu.prefillTokensPerSecond / model.speed,
                            writing: length.output / length.count / box.gpu.decodeTokensPerSecond / model.speed)
                }
                known[box.gpu] = 1 / seconds
            }
            sum += known[box.gpu]!
        }
        return sum
    }

    /// A box's time per request with these times alone on the card.
    static func boxSeconds(_ gpu: GPUClass, reading: Double, writing: Double) -> Double {
        let others = Double(gpu.slots - 1)
        let stretch = 1 + gpu.decodeSlowdown * others
        var held = reading + writing * stretch
        for _ in 0..<50 {
            let isRead = held > 0 ? 1 - power(1 - reading / held, others) : 0
            let pace = (1 - isRead) / stretch + isRead / (stretch + gpu.prefillInterference)
            held = reading + writing / pace
        }
        return held / Double(gpu.slots)
    }
}
