import BoxModel

/// Drives one scheduler and remembers all it said.
struct BoxDriver {
    var box: BoxScheduler
    var now: Nanoseconds = 0
    var changes: [BoxChange] = []
    private var lastID = 0

    /// Models a, b, c … of one gigabyte each on a card of ten that reads 1,000 and writes 10 tokens a second, loads one
    /// gigabyte a second and frees memory at once.
    init(
        models: Int = 3, slots: Int = 1, memory: Int = 10, sizes: [Int]? = nil, maxLoaded: Int = 3, maxQueue: Int = 512,
        slowdown: Double = 0, interference: Double? = 0, recovery: Nanoseconds = 0,
        reading: GPUClass.Reading = .apart, keepAlive: KeepAlive = .after(300 * .second)
    ) {
        let sizes = sizes ?? Array(repeating: 1, count: models)
        var gpu = GPUClass(
            name: "test", memoryBytes: memory * 1_000_000_000, prefillTokensPerSecond: 1_000, decodeTokensPerSecond: 10,
            decodeSlowdown: slowdown, prefillInterference: interference, loadBytesPerSecond: 1e9, slots: slots)
        gpu.reading = reading
        box = BoxScheduler(
            BoxSettings(
                gpu: gpu,
                models: sizes.enumerated().map { index, size in
                    DiskModel(
                        name: String(UnicodeScalar(UInt8(97 + index))), sizeBytes: size * 1_000_000_000,
                        contextBytesPerToken: 0, maxContext: 8_192, embeddingOnly: false)
                },
                keepAlive: keepAlive, maxQueue: maxQueue, maxLoadedModels: maxLoaded, contextLength: nil,
                memoryRecovery: recovery))
    }

    /// A request for `tokens` tokens with a prompt of one token; answers its number.
    @discardableResult
    mutating func ask(
        _ model: Int = 0, tokens: Int = 10, prompt: Int = 1, context: Int? = nil, keepAlive: KeepAlive? = nil,
        sticks: Bool = false, delay: Nanoseconds = 0, prefix: [UInt64] = [], transcript: [UInt64] = []
    ) -> Int {
        var demand = BoxDemand(
            model: model, options: LoadOptions(context: context), keepAlive: keepAlive, promptTokens: prompt,
            work: .generate(tokens: tokens))
        demand.sticks = sticks
        demand.delay = delay
        demand.prefix = prefix
        demand.transcript = transcript
        demand.blockTokens = 100
        return arrive(demand)
    }

    @discardableResult
    mutating func arrive(_ demand: BoxDemand) -> Int {
        lastID += 1
        box.arrive(demand, id: lastID, at: now, into: &changes)
        return lastID
    }

    mutating func cancel(_ id: Int) {
        box.cancel(id, at: now, into: &changes)
    }

    mutating func pass(_ span: Nanoseconds) {
        now += span
        box.advance(to: now, into: &changes)
    }

    /// Goes from wake-up to wake-up while there are any and the box has open requests.
    mutating func runDry() {
        while box.openRequests > 0, let next = box.nextWake() {
            now = max(now, next)
            box.advance(to: now, into: &changes)
        }
    }

    var nextWake: Nanoseconds? {
        var copy = box
        return copy.nextWake()
    }

    var rejected: Int { changes.count { if case .rejected = $0 { true } else { false } } }
    var finished: [Int] { changes.compactMap { if case .finished(let id, _) = $0 { id } else { nil } } }
    var started: [Int] { changes.compactMap { if case .started(let id) = $0 { id } else { nil } } }
    var loads: [Int] { changes.compactMap { if case .loadBegan(let model) = $0 { model } else { nil } } }
    var evictions: [Int] {
        changes.compactMap { if case .unloaded(let model, true) = $0 { model } else { nil } }
    }
    var loadedModels: [Int] { box.residentModels.map(\.model) }

    func timings(_ id: Int) -> BoxTimings? {
        for case .finished(id, let timings) in changes { return timings }
        return nil
    }

    func tokens(_ id: Int) -> Int {
        changes.reduce(0) { if case .tokens(id, let count) = $1 { $0 + count } else { $0 } }
    }
}

extension Nanoseconds {
    static let second: Nanoseconds = 1_000_000_000
    static let millisecond: Nanoseconds = 1_000_000
}
