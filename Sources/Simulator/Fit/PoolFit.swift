public import BoxModel

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
        /// Whether that has to be said: where slots share a batch, each stream writes one token with every batch.
        public var interferes: Bool {
            guard reading != .apart else { return true }
            guard let prefill, let decode, let prefillInterference else { return false }
            return prefillInterference < 0.4 * Double(GPUClass.batchTokens) * decode / prefill
        }
        /// Bytes loaded per second, with the models' sizes as they are given here.
        public var load: Double?
        /// How prompts share the card.
        public var reading: GPUClass.Reading?
        /// Bytes on the card, as far as it matters for the log's models.
        public var memory: Double?
        /// Whence that is known.
        public var memorySource = MemorySource.log
        /// Requests of one model seen at work at the same time, on an instance like it where its own did not wait.
        public var slots = 1
        /// Whether requests waited for a slot, so that there are no more.
        public var wasFull = false
        /// Models that had not to be loaded for their first request.
        public var preloaded: [String] = []
        /// Requests that it is made from.
        public var requests = 0
    }

    /// Whence an instance's memory is known.
    public enum MemorySource: Equatable, Sendable {
        /// Loads, and what was in memory together.
        case log
        /// Those of an instance that is as fast.
        case like(String)
        /// Somebody who runs `fit` says so.
        case told
    }

    /// One model.
    public struct Model: Sendable {
        /// As in the log.
        public var name = ""
        /// Bytes in memory.
        public var size = 5e9
        /// Whence that is known.
        public var sizeSource = SizeSource.unknown
        /// In multiples of the first model's; nil: not told.
        public var speed: Double?
        /// Its requests, as a share of the first model's.
        public var popularity = 1.0
    }

    /// Whence a model's size is known.
    public enum SizeSource: Equatable, Sendable {
        /// What its instances said of their memory.
        case log
        /// The number of its parameters in its name.
        case name
        /// Somebody who runs `fit` says so.
        case told
        /// From nowhere: it is a guess.
        case unknown
    }

    /// What people say where the log does not.
    public struct Told: Sendable {
        /// Bytes of memory that each instance has.
        public var memory: Double?
        /// The same of single instances, by name.
        public var memories: [String: Double] = [:]
        /// Bytes that models take, by name.
        public var sizes: [String: Double] = [:]

        /// Nothing.
        public init() {}

        func memory(of instance: String) -> Double? { memories[instance] ?? memory }
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

    /// Instances of which nothing says how much memory they have, where there are several models: who would be in memory cannot be
    /// foreseen, and no strategy be judged.
    public var withoutMemory: [String] { models.count > 1 ? boxes.filter { $0.memory == nil }.map(\.name) : [] }
    /// Models of which nothing says how large they are, where there are several.
    public var withoutSize: [String] {
        models.count > 1 ? models.filter { $0.sizeSource == .unknown }.map(\.name) : []
    }

    /// An estimate from the log.
    /// - Throws: `TraceFault` when nothing in it has an instance's times.
    public init(_ log: FitLog, told: Told = Told()) throws(TraceFault) {
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
        let sizes = log.models.indices.map { Self.size(of: $0, log, told) }
        models = order.map { place in
            var model = Model(name: log.models[place])
            (model.size, model.sizeSource) = sizes[place]
            let told = samples.joined().count { $0.request.model == place && $0.isDecoded } >= Self.fewest
            model.speed = told ? speeds[place] : nil
            model.popularity = Double(log.counts[place]) / Double(log.counts[order[0]])
            return model
        }
        let fits = log.instances.indices.map { instance in
            BoxFit(
                log.instances[instance], samples[instance], cards[instance], timelines[instance], models: log.models,
                sizes: sizes.map(\.0), speeds: speeds)
        }
        boxes = Self.boxes(fits, sizes: sizes.map(\.0), told).sorted { $0.name < $1.name }
    }

    /// By what was told, else what instances said, else the name.
    private static func size(of model: Int, _ log: FitLog, _ told: Told) -> (Double, SizeSource) {
        if let size = told.sizes[log.models[model]] { return (size, .told) }
        let said = log.requests.filter { $0.model == model }.compactMap(\.size).sorted()
        if !said.isEmpty { return (said[said.count / 2], .log) }
        if let size = size(named: log.models[model]) { return (size, .name) }
        return (Model().size, .unknown)
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
