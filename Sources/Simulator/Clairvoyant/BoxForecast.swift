import BoxModel

/// One box's future, as far as its present work goes: a copy that reservations are written into.
struct BoxForecast {
    /// When each model can take requests; nil: it is not in memory and not on its way there.
    private(set) var readyAt: [Double?]
    /// When each slot of each model is free. Seconds, as all times here.
    private(set) var freeAt: [[Double]]
    /// Requests of each model that hold slots.
    private(set) var running: [Int]
    /// When the box can begin to load.
    private(set) var loaderAt: Double
    private var freeBytes: Double
    private var needs: [Double]
    private let now: Double
    private let pool: SimulatedPool
    private let gpu: GPUClass

    /// `running` are the requests that were sent there, by model.
    init(_ box: BoxScheduler, _ position: Int, running open: [[Int]], pool: SimulatedPool, now: Double) {
        self.pool = pool
        self.now = now
        var gpu = pool.boxes[position].gpu
        gpu.decodeTokensPerSecond /= box.slowness
        gpu.prefillTokensPerSecond /= box.readingSlowness
        self.gpu = gpu
        let slots = gpu.slots
        needs = pool.models.map { Double($0.sizeBytes) + Double(slots * $0.slotBytes) }
        running = open.map { $0.count }
        readyAt = pool.models.indices.map { box.isResident($0) ? now : nil }
        freeAt = pool.models.map { _ in Array(repeating: now, count: slots) }
        freeBytes = Double(gpu.memoryBytes)
        loaderAt = box.isMakingRoom ? .infinity : now
        if let loading = box.loading {
            loaderAt = Double(loading.until) / 1e9
            readyAt[loading.model] = loaderAt
            freeAt[loading.model] = Array(repeating: loaderAt, count: slots)
        }
        for model in readyAt.indices where readyAt[model] != nil { freeBytes -= needs[model] }
        let active = Double(max(1, running.count { $0 > 0 }))
        for (model, requests) in open.enumerated() {
            let base = readyAt[model] ?? now
            for (place, request) in requests.enumerated() {
                guard let left = box.remainder(of: request) else { continue }
                let stretch = active * (1 + gpu.decodeSlowdown * Double(requests.count - 1))
                let reading = left.reading / 1e9 * box.readingSlowness * active
                let end = base + reading + left.tokens * stretch * tokenSeconds(model)
                // More than the slots wait their turn behind these.
                let slot = place < slots ? place : earliestSlot(model)
                freeAt[model][slot] = place < slots ? end : freeAt[model][slot] + (end - base)
            }
        }
    }

    /// Seconds per token of a stream alone.
    func tokenSeconds(_ model: Int) -> Double {
        1 / (gpu.decodeTokensPerSecond * pool.models[model].speed)
    }

    /// Seconds of reading alone.
    func readingSeconds(_ model: Int, tokens: Int) -> Double {
        Double(tokens) / (gpu.prefillTokensPerSecond * pool.models[model].speed)
    }

    func loadSeconds(_ model: Int) -> Double { Double(pool.models[model].sizeBytes) / gpu.loadBytesPerSecond }

    func earliestSlot(_ model: Int) -> Int {
        var earliest = 0
        for slot in freeAt[model].indices where freeAt[model][slot] < freeAt[model][earliest] { earliest = slot }
        return earliest
    }

    /// Models at work beside this one.
    func activeBeside(_ model: Int) -> Int {
        running.indices.count { $0 != model && running[$0] > 0 }
    }

    /// The models that would have to leave for one not in memory, in order: the first idle one by name, else the first
    /// by name.
    func victims(for model: Int) -> [Int] {
        var loaded = readyAt.indices.filter { readyAt[$0] != nil }
        loaded.sort { pool.models[$0].name < pool.models[$1].name }
        var free = freeBytes
        var victims: [Int] = []
        while !loaded.isEmpty, loaded.count >= pool.maxLoadedModels || needs[model] > free * 0.8 {
            let place = loaded.firstIndex { running[$0] == 0 } ?? 0
            free += needs[loaded[place]]
            victims.append(loaded.remove(at: place))
        }
        return victims
    }

    /// When the last request of a model is over.
    func idleAt(_ model: Int) -> Double {
        running[model] == 0 ? now : freeAt[model].max() ?? now
    }

    /// Writes a request into the forecast.
    mutating func reserve(_ model: Int, slot: Int, until end: Double, isSent: Bool) {
        freeAt[model][slot] = end
        if isSent { running[model] += 1 }
    }

    /// Writes a load into it.
    mutating func reserveLoad(of model: Int, evicting victims: [Int], readyAt ready: Double) {
        for victim in victims {
            readyAt[victim] = nil
            freeBytes += needs[victim]
        }
        freeBytes -= needs[model]
        readyAt[model] = ready
        loaderAt = ready
        freeAt[model] = Array(repeating: ready, count: gpu.slots)
    }
}
