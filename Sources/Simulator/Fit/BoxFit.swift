import Balancer
import BoxModel

/// One instance as its requests show it, before what others show is added.
struct BoxFit {
    private(set) var box: PoolFit.Box
    let memory: MemoryFit
    let replay: MemoryReplay
    let reading: ReadingFit
    let loads: LoadFit

    /// Instances whose speeds are within this factor of each other are taken to be alike.
    private static let alike = 1.15
    private static let rounds = 4
    /// A single request may have met somebody else's.
    private static let fewestWaits = 2

    init(
        _ name: String, _ samples: [FitSample], _ card: DecodeFit, _ timeline: FitTimeline, models: [String],
        sizes: [Double], speeds: [Double]
    ) {
        box = PoolFit.Box(name: name)
        let requests = samples.map(\.request)
        let stays = ModelStay.all(requests, models: models.count)
        reading = ReadingFit(samples, models: models.count, slots: timeline.most)
        let onCard = Self.onCard(requests, sizes)
        memory = MemoryFit(stays, sizes: sizes, onCard: onCard)
        replay = MemoryReplay(
            stays, requests, names: models, sizes: sizes, onCard: onCard,
            mostModels: max(OllamaMemory.usualModels, memory.together))
        loads = LoadFit(stays, sizes: sizes)
        box.requests = samples.count
        let alone = zip(samples, reading.readAlone).compactMap { $1 ? $0.prefill(speeds) : nil }
        box.prefill = PoolFit.median(alone) ?? PoolFit.median(samples.compactMap { $0.prefill(speeds) })
        write(by: card)
        if let batches = batches(samples, speeds, models: models.count), batches.off < card.off { write(by: batches) }
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
}

extension PoolFit {
    /// The instances, each with what those like it show where it shows nothing itself.
    static func boxes(_ fits: [BoxFit], sizes: [Double], _ told: Told) -> [Box] {
        let mostSlots = fits.map(\.box.slots).max() ?? 1
        return fits.enumerated().map { index, fit in
            var box = fit.box
            // OLLAMA_NUM_PARALLEL is mostly the same everywhere: too few would make requests wait that did not.
            if !box.wasFull { box.slots = mostSlots }
            box.reading = fit.reading.way(with: fits.map(\.reading))
            let like = fits.indices.filter { $0 != index && fit.isLike(fits[$0]) }.map { fits[$0] }
            box.load =
                LoadFit([fit.loads] + like.map(\.loads)).bytesPerSecond ?? LoadFit(fits.map(\.loads)).bytesPerSecond
            if let memory = told.memory(of: box.name) {
                (box.memory, box.memorySource) = (memory, .told)
                return box
            }
            let joined = like.reduce(fit.memory) { $0.joined($1.memory) }
            let kin = like.filter { joined.joined($0.memory) == joined }
            box.memory = joined.memory(for: sizes) { low, high in
                MemoryReplay.best([fit.replay] + kin.map(\.replay), above: low, below: high)
            }
            if fit.memory.memory(for: sizes, best: { low, _ in low }) == nil, let other = kin.first {
                box.memorySource = .like(other.box.name)
            }
            return box
        }
    }
}
