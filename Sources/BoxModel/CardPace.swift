/// How fast a card reads prompts and writes answers, given what is at work on it.
struct CardPace: Sendable {
    private let gpu: GPUClass
    private var speeds: [Double]
    /// How many models have requests at work: they take turns on the card.
    var activeModels = 0
    /// Writing takes that many times longer than the card's own pace.
    var slowness = 1.0
    /// Reading does.
    var readingSlowness = 1.0

    init(_ settings: BoxSettings) {
        gpu = settings.gpu
        speeds = settings.models.map(\.speed)
    }

    /// One more model, behind those there are.
    mutating func add(_ model: DiskModel) { speeds.append(model.speed) }

    /// Nanoseconds a prompt takes to read on a card that nothing else uses.
    func readingTime(of tokens: Int, model: Int) -> Double {
        (Double(tokens) / (gpu.prefillTokensPerSecond * speeds[model]) * 1e9).rounded(.up)
    }

    /// Nanoseconds that a nanosecond of a model's clock of reading takes now.
    func readingStretch(_ streams: ModelStreams) -> Double {
        let sharing = gpu.reading == .shared ? max(streams.readers, 1) : 1
        return Double(max(activeModels, 1) * sharing) * readingSlowness
    }

    /// Nanoseconds of the clock of reading that a whole batch takes.
    func batchTime(model: Int) -> Double { readingTime(of: GPUClass.batchTokens, model: model) }

    /// Tokens per second of each stream of a model.
    func writing(_ streams: ModelStreams, model: Int) -> Double {
        // Where reading does not disturb writing, a reader is no stream either.
        let interference = streams.readers > 0 ? gpu.prefillInterference ?? 0 : 0
        let reading = gpu.reading == .inTurn ? min(streams.readers, 1) : streams.readers
        let others = max(streams.writers + (interference > 0 ? reading : 0), 1) - 1
        let stretch = 1 + gpu.decodeSlowdown * Double(others) + interference
        var rate = gpu.decodeTokensPerSecond * speeds[model] / stretch / slowness
        if streams.readers > 0, gpu.prefillInterference == nil, gpu.reading != .apart {
            rate = min(rate, 1e9 / batchTime(model: model) / readingSlowness)
        }
        return rate / Double(max(activeModels, 1))
    }
}

/// The requests of one model that are at work, and what they have written.
struct ModelStreams: Sendable {
    /// Requests that read their prompt.
    var readers = 0
    /// Nanoseconds that a request which read all the time, alone on the card, would have read: the clock of `reading`.
    var readClock = 0.0
    /// Where the clock of reading will be when all of them have read, one after the other.
    var readUntil = 0.0
    /// The end of each prompt.
    var reading = EventHeap<Double>()
    /// Requests that write.
    var writers = 0
    /// Tokens that a stream which wrote all the time would have written: the clock of `writing`.
    var written = 0.0
    /// The next token of each stream.
    var writing = EventHeap<Double>()

    var isActive: Bool { readers + writers > 0 }
}
