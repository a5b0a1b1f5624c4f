import BoxModel

/// The work that a pool can do when every slot is always taken: the 100 % of `load`.
///
/// A request of a model that has a box to itself needs p to read its prompt and d to write its answer, both as if alone on
/// the card; beside n − 1 others its writing takes D = d × (1 + decodeSlowdown × (n − 1)). Where prompts are read apart, it
/// holds one of n slots for p + D, so the box's time per request is (p + D) / n. Where all slots share a batch, one prompt is
/// read at a time, and of what the streams would write meanwhile only the share q comes out: (p × (n − (n − 1) q) + D) / n, and
/// never less than p. A box's capacity is one over the mean of that over the workload's requests, the pool's is the boxes'
/// sum. Loads and the sharing of a card between models are not counted, so a pool is full before 100 %.
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
        let slots = Double(gpu.slots)
        let beside = 1 + gpu.decodeSlowdown * (slots - 1)
        guard gpu.reading != .apart else { return (reading + writing * beside) / slots }
        let batch = gpu.prefillTokensPerSecond / Double(GPUClass.batchTokens)
        let meanwhile =
            gpu.prefillInterference.map { beside / (beside + $0) } ?? min(1, batch * beside / gpu.decodeTokensPerSecond)
        return max(reading, (reading * (slots - (slots - 1) * meanwhile) + writing * beside) / slots)
    }
}
