import Balancer
import BoxModel

/// One box's future, as far as its present work goes: a copy that reservations are written into.
struct BoxForecast {
    /// When each model can take requests; nil: it is not in memory and not on its way there.
    private(set) var readyAt: [Double?]
    /// When each slot of each model is free. Seconds, as all times here.
    private(set) var freeAt: [[Double]]
    /// When each model's prompts that are there will all have been read.
    private(set) var readAt: [Double]
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
        readAt = Array(repeating: now, count: pool.models.count)
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
            let left = requests.map { box.remainder(of: $0) }
            func reading(_ request: BoxScheduler.Remainder?) -> Double {
                (request?.reading ?? 0) / 1e9 * box.readingSlowness * active
            }
            let unread = left.reduce(0) { $0 + reading($1) }
            readAt[model] = base + unread
            let stretch = active * (1 + gpu.decodeSlowdown * Double(requests.count - 1))
            // Streams hardly write while somebody's prompt is read with them in one batch.
            let stall = gpu.reading == .apart ? 0 : gpu.readingInterference / (1 + gpu.readingInterference)
            for (place, request) in left.enumerated() {
                guard let request else { continue }
                let own = reading(request)
                let others = own > 0 && gpu.reading == .apart ? 0 : (unread - own) * (own > 0 ? 1 : stall)
                let end = base + own + others + request.tokens * stretch * tokenSeconds(model)
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
        while !loaded.isEmpty, loaded.count >= pool.maxLoadedModels || needs[model] > free * OllamaMemory.usableShare {
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

    /// Writes a request into the forecast, whose prompt will have been read at `read`.
    mutating func reserve(_ model: Int, slot: Int, read: Double, until end: Double, isSent: Bool) {
        freeAt[model][slot] = end
        readAt[model] = max(readAt[model], read)
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
        readAt[model] = ready
        loaderAt = ready
        freeAt[model] = Array(repeating: ready, count: gpu.slots)
    }
}
