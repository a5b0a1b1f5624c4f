/// A pool as a request log shows it: what it tells of each instance and model, and where it is silent.
public struct PoolFit: Sendable {
    /// One instance; nil: the log does not tell.
    public struct Box: Sendable {
        /// As in the log.
        public var name = ""
        /// Prompt tokens read per second by a model of speed 1 alone on the card.
        public var prefill: Double?
        /// Tokens written per second by one stream alone.
        public var decode: Double?
        /// The cost of each further stream to the others.
        public var decodeSlowdown: Double?
        /// The cost to them of a prompt that is read.
        public var prefillInterference: Double?
        /// Bytes loaded per second, with the models' sizes as they are given here.
        public var load: Double?
        /// Requests of one model seen at work at the same time.
        public var slots = 1
        /// Whether requests waited for a slot, so that there are no more.
        public var wasFull = false
        /// Models that had not to be loaded for their first request.
        public var preloaded: [String] = []
        /// Requests that it is made from.
        public var requests = 0
    }

    /// One model.
    public struct Model: Sendable {
        /// As in the log.
        public var name = ""
        /// Bytes, guessed by the name.
        public var size = 5e9
        /// Whether the name tells the size.
        public var sizeIsNamed = false
        /// In multiples of the first model's; nil: not told.
        public var speed: Double?
        /// Its requests, as a share of the first model's.
        public var popularity = 1.0
    }

    /// By name.
    public private(set) var boxes: [Box] = []
    /// The most asked for first.
    public private(set) var models: [Model] = []

    /// As many rounds bring models' and cards' speeds in line with each other.
    private static let rounds = 12
    /// Fewer samples of a kind tell nothing.
    private static let fewest = 8
    /// Seconds of loading or waiting that every request may have.
    static let noise = 0.25

    /// An estimate from the log.
    /// - Throws: `TraceFault` when nothing in it has an instance's times.
    public init(_ log: FitLog) throws(TraceFault) {
        guard !log.requests.isEmpty else {
            throw TraceFault(
                line: 0,
                message: log.counts.isEmpty
                    ? "has no answered requests (lines with \"message\":\"request finished\" and \"success\":true)"
                    : "has no request with prefill_ms and decode_ms; were they answered by Ollama, and logged by this version?"
            )
        }
        let order = log.models.indices.sorted { (log.counts[$1], $0) < (log.counts[$0], $1) }
        let requests = log.instances.indices.map { instance in log.requests.filter { $0.instance == instance } }
        var speeds = Array(repeating: 1.0, count: log.models.count)
        var timelines = requests.map { FitTimeline($0, models: log.models.count) }
        var samples: [[FitSample]] = []
        var cards: [DecodeFit] = []
        for _ in 0..<Self.rounds {
            samples = zip(requests, timelines).map { requests, timeline in requests.map { FitSample($0, timeline) } }
            cards = samples.map { DecodeFit($0, speeds: speeds) }
            speeds = Self.speeds(samples.joined(), cards, models: log.models.count)
            let first = speeds[order[0]]
            speeds = speeds.map { $0 / first }
            timelines = zip(requests, cards).map { FitTimeline($0, models: log.models.count, $1.costs) }
        }
        cards = samples.map { DecodeFit($0, speeds: speeds) }
        models = order.map { place in
            var model = Model(name: log.models[place])
            if let size = Self.size(named: model.name) { (model.size, model.sizeIsNamed) = (size, true) }
            let told = samples.joined().count { $0.request.model == place && $0.isDecoded } >= Self.fewest
            model.speed = told ? speeds[place] : nil
            model.popularity = Double(log.counts[place]) / Double(log.counts[order[0]])
            return model
        }
        let sizes = log.models.map { name in Self.size(named: name) ?? 5e9 }
        boxes = log.instances.indices.map { instance in
            Self.box(
                log.instances[instance], samples[instance], cards[instance], timelines[instance], log: log,
                sizes: sizes,
                speeds: speeds)
        }
        boxes.sort { $0.name < $1.name }
    }

    private static func box(
        _ name: String, _ samples: [FitSample], _ card: DecodeFit, _ timeline: FitTimeline, log: FitLog,
        sizes: [Double],
        speeds: [Double]
    ) -> Box {
        var box = Box(name: name)
        box.requests = samples.count
        box.prefill = median(samples.compactMap { $0.prefill(speeds) })
        box.decode = card.alone.map { 1 / $0 }
        box.decodeSlowdown = card.slope
        box.prefillInterference = card.interference
        // A load may wait for others and for memory: the quick ones show the bandwidth.
        let loads = samples.filter { $0.request.load > noise }.map { sizes[$0.request.model] / $0.request.load }
            .sorted()
        box.load = loads.isEmpty ? nil : loads[loads.count * 9 / 10]
        box.slots = timeline.most
        box.wasFull = samples.contains { $0.request.rest > noise }
        var seen: Set<Int> = []
        for sample in samples.sorted(by: { $0.request.readFrom < $1.request.readFrom })
        where seen.insert(sample.request.model).inserted && sample.request.load <= noise {
            box.preloaded.append(log.models[sample.request.model])
        }
        return box
    }

    /// How fast each model writes beside what the cards alone say.
    private static func speeds(_ samples: some Sequence<FitSample>, _ cards: [DecodeFit], models: Int) -> [Double] {
        var ratios = Array(repeating: [Double](), count: models)
        for sample in samples where sample.isDecoded {
            guard let expected = cards[sample.request.instance].secondsPerToken(sample.decoding) else { continue }
            ratios[sample.request.model].append(expected / sample.secondsPerToken)
        }
        return ratios.map { median($0) ?? 1 }
    }

    /// Bytes of a model at four bits, by the number before a `b` in its name: `llama3.1:8b`.
    private static func size(named name: String) -> Double? {
        for part in name.lowercased().split(whereSeparator: { ":-_/".contains($0) }) where part.hasSuffix("b") {
            if let billions = Double(part.dropLast()), billions > 0, billions < 2_000 { return billions * 612e6 }
        }
        return nil
    }

    static func median(_ values: [Double]) -> Double? {
        values.count < fewest ? nil : values.sorted()[values.count / 2]
    }
}
