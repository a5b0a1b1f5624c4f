import BoxModel

/// One instance as its requests show it, before what others show is added.
struct BoxFit {
    private(set) var box: PoolFit.Box
    private(set) var memory: MemoryFit
    let reading: ReadingFit

    /// Instances whose speeds are within this factor of each other are taken to be alike.
    private static let alike = 1.15
    private static let rounds = 4
    /// A single request may have met somebody else's.
    private static let fewestWaits = 2
    /// Seconds until the memory of a model that was driven out is free, as the simulator has it.
    private static let recovery = 1.0
    /// Fewer loads with nothing in their way do not show how long one takes.
    private static let fewestLoads = 3

    init(
        _ name: String, _ samples: [FitSample], _ card: DecodeFit, _ timeline: FitTimeline, models: [String],
        sizes: [Double], speeds: [Double]
    ) {
        box = PoolFit.Box(name: name)
        let requests = samples.map(\.request)
        let stays = ModelStay.all(requests, models: models.count)
        reading = ReadingFit(samples, models: models.count, slots: timeline.most)
        memory = MemoryFit(stays, sizes: sizes, onCard: Self.onCard(requests, sizes))
        box.requests = samples.count
        let alone = zip(samples, reading.readAlone).compactMap { $1 ? $0.prefill(speeds) : nil }
        box.prefill = PoolFit.median(alone) ?? PoolFit.median(samples.compactMap { $0.prefill(speeds) })
        write(by: card)
        if let batches = batches(samples, speeds, models: models.count), batches.off < card.off { write(by: batches) }
        box.load = Self.load(stays, sizes)
        box.slots = timeline.most
        box.wasFull = reading.waits >= Self.fewestWaits
        let first = stays.filter { stay in !stays.contains { $0.model == stay.model && $0.from < stay.from } }
        box.preloaded = first.filter { $0.load == nil }.map { models[$0.model] }
    }

    /// What each model takes of this card: all of it, unless the instance said otherwise.
    private static func onCard(_ requests: [FitLog.Request], _ sizes: [Double]) -> [Double] {
        sizes.indices.map { model in
            let shares = requests.compactMap { request -> Double? in
                guard request.model == model, let size = request.size, let onCard = request.sizeOnCard else {
                    return nil
                }
                return min(1, onCard / size)
            }.sorted()
            return sizes[model] * (shares.isEmpty ? 1 : shares[shares.count / 2])
        }
    }

    private mutating func write(by card: DecodeFit) {
        box.decode = card.alone.map { 1 / $0 }
        box.decodeSlowdown = card.slope
        box.prefillInterference = card.interference
    }

    /// The card, if each stream writes one token with every batch of a prompt that is read, as where slots share batches.
    private func batches(_ samples: [FitSample], _ speeds: [Double], models: Int) -> DecodeFit? {
        guard let prefill = box.prefill, var decode = box.decode else { return nil }
        let requests = samples.map(\.request)
        var card: DecodeFit?
        for _ in 0..<Self.rounds {
            let cost = Double(GPUClass.batchTokens) * decode / prefill
            let timeline = FitTimeline(requests, models: models, .init(slope: card?.slope ?? 0.2, interference: cost))
            card = DecodeFit(requests.map { FitSample($0, timeline) }, speeds: speeds, interference: cost)
            decode = card?.alone.map { 1 / $0 } ?? decode
        }
        return card
    }

    /// Whether both read and write as fast.
    func isLike(_ other: BoxFit) -> Bool {
        guard let (a, b) = box.prefill.flatMap({ a in other.box.prefill.map { (a, $0) } }),
            let (c, d) = box.decode.flatMap({ c in other.box.decode.map { (c, $0) } })
        else { return false }
        return max(a, b) <= Self.alike * min(a, b) && max(c, d) <= Self.alike * min(c, d)
    }

    /// Bytes per second: of loads with no other before them and no victim at work, else of the quick ones.
    private static func load(_ stays: [ModelStay], _ sizes: [Double]) -> Double? {
        var clear: [Double] = []
        var all: [Double] = []
        for stay in stays {
            guard let load = stay.load else { continue }
            let took = stay.from - load.asked
            all.append(sizes[stay.model] / took)
            let victims = stays.filter { other in
                other.model != stay.model && other.wasDrivenOut && other.from < load.began && other.until < stay.from
                    && other.gone > stay.from
            }
            let isClear = stays.allSatisfy { other in
                guard other.model != stay.model, let before = other.load else { return true }
                return other.from <= load.asked || before.asked >= stay.from
            }
            guard isClear, victims.allSatisfy({ $0.until <= load.asked }) else { continue }
            let own = took - (victims.isEmpty ? 0 : recovery)
            if own > PoolFit.noise { clear.append(sizes[stay.model] / own) }
        }
        if clear.count >= fewestLoads { return clear.sorted()[clear.count / 2] }
        return all.isEmpty ? nil : all.sorted()[all.count * 9 / 10]
    }
}

extension PoolFit {
    /// The instances, each with what those like it show where it shows nothing itself.
    static func boxes(_ fits: [BoxFit], sizes: [Double], _ told: Told) -> [Box] {
        let mostSlots = fits.map(\.box.slots).max() ?? 1
        let load = fits.compactMap(\.box.load).sorted()
        return fits.enumerated().map { index, fit in
            var box = fit.box
            // OLLAMA_NUM_PARALLEL is mostly the same everywhere: too few would make requests wait that did not.
            if !box.wasFull { box.slots = mostSlots }
            box.reading = fit.reading.way(with: fits.map(\.reading))
            box.load = box.load ?? (load.isEmpty ? nil : load[load.count / 2])
            if let memory = told.memory(of: box.name) {
                (box.memory, box.memorySource) = (memory, .told)
                return box
            }
            box.memory = fit.memory.memory(for: sizes)
            guard box.memory == nil else { return box }
            for (other, like) in fits.enumerated() where other != index && fit.isLike(like) {
                var joined = fit.memory
                joined.join(like.memory)
                guard let memory = joined.memory(for: sizes) else { continue }
                (box.memory, box.memorySource) = (memory, .like(like.box.name))
                break
            }
            return box
        }
    }
}
