import Balancer
import BoxModel
import Config
import Simulator

/// Turns a pool file into the simulator's values; what its names refer to is found here, and faulted where it is nothing.
struct SimulationAssembly {
    private(set) var pool: SimulatedPool
    private(set) var faults: [Diagnostic] = []
    let file: PoolFile

    /// The slowdown of a model's streams by a prompt that is read apart from them, where the file does not say.
    private static let interference = 1.0

    init(_ file: PoolFile) {
        self.file = file
        pool = SimulatedPool(boxes: [], models: [])
        pool.models = file.models.enumerated().map(Self.model)
        for boxes in file.boxes { add(boxes) }
        addPinned()
        for fault in file.faults { add(fault) }
        pool.probeInterval = file.probeInterval
        pool.slotsKnown = file.slotsKnown
        pool.memoryKnown = file.memoryKnown
        pool.contextByMemory = file.contextByMemory
        pool.retries = file.retries
        if let most = file.maxWaiting { pool.maxWaiting = most }
        pool.maxWait = file.maxWait
        pool.queueObjective = file.queueObjective
        pool.timeout = file.timeout
        pool.objective = file.objective
        pool.keepAlive = file.keepAlive
        pool.memoryRecovery = file.memoryRecovery
        pool.maxLoadedModels = file.maxLoadedModels
        pool.maxQueue = file.maxQueue
    }

    private static func model(_ position: Int, _ model: PoolFile.Model) -> SimulatedModel {
        SimulatedModel(
            name: model.name, sizeBytes: model.size, slotBytes: model.slotMemory,
            speed: model.speed ?? 5e9 / Double(model.size), popularity: model.popularity ?? 1 / Double(position + 1))
    }

    private mutating func add(_ boxes: PoolFile.Boxes) {
        guard let gpu = card(boxes.gpu) else { return }
        let models = boxes.preloaded?.compactMap { model($0) } ?? Array(pool.models.indices)
        for number in 1...boxes.count {
            var box = SimulatedBox(name: "\(boxes.name)-\(number)", gpu: gpu, preloaded: models)
            box.toldSlots = boxes.toldSlots
            pool.boxes.append(box)
        }
    }

    /// The file's own card of that name, else a known class.
    private mutating func card(_ name: Located<String>) -> GPUClass? {
        guard let own = file.cards.first(where: { $0.name == name.value }) else { return known(name) }
        var gpu = GPUClass(
            name: own.name, memoryBytes: 0, prefillTokensPerSecond: 0, decodeTokensPerSecond: 0,
            decodeSlowdown: 0.2, loadBytesPerSecond: 0, slots: 1)
        if let from = own.from {
            guard let base = known(from) else { return nil }
            gpu = base
            gpu.name = own.name
        } else if own.memory == nil || own.prefill == nil || own.decode == nil || own.load == nil {
            faults.append(
                name.diagnostic("the card \(own.name) needs memory, prefill, decode and load, or a class to begin from")
            )
            return nil
        }
        gpu.memoryBytes = own.memory ?? gpu.memoryBytes
        gpu.prefillTokensPerSecond = own.prefill ?? gpu.prefillTokensPerSecond
        gpu.decodeTokensPerSecond = own.decode ?? gpu.decodeTokensPerSecond
        gpu.decodeSlowdown = own.decodeSlowdown ?? gpu.decodeSlowdown
        gpu.loadBytesPerSecond = own.load.map(Double.init) ?? gpu.loadBytesPerSecond
        gpu.slots = own.slots ?? gpu.slots
        if let reading = own.reading { gpu.reading = GPUClass.Reading(rawValue: reading.rawValue) ?? gpu.reading }
        gpu.prefillInterference = own.prefillInterference ?? (gpu.reading == .apart ? Self.interference : nil)
        return gpu
    }

    private mutating func known(_ name: Located<String>) -> GPUClass? {
        if let gpu = GPUClass.named(name.value) { return gpu }
        let names = GPUClass.all.map(\.name).joined(separator: ", ")
        faults.append(
            name.diagnostic("no card is called \"\(name.value)\"; describe it under gpus, or take one of \(names)"))
        return nil
    }

    private mutating func addPinned() {
        guard !file.pinned.isEmpty else { return }
        pool.pinned = Array(repeating: [], count: pool.boxes.count)
        for (name, models) in file.pinned {
            guard let box = box(name) else { continue }
            pool.pinned[box] = models.compactMap { model($0) }
        }
        for (index, model) in pool.models.enumerated()
        where faults.isEmpty && !pool.pinned.contains(where: { $0.contains(index) }) {
            faults.append(file.pinned[0].box.diagnostic("no box is given \(model.name)"))
        }
    }

    private mutating func add(_ fault: PoolFile.Fault) {
        guard let box = box(fault.box) else { return }
        let time: Fault.Time =
            switch fault.at {
            case .share(let share): .share(share)
            case .after(let duration): .after(duration)
            }
        let kind: Fault.Kind =
            switch fault.kind {
            case "dies": .dies
            case "hangs": .hangs
            case "slows": .slows(fault.factor)
            default: .returns
            }
        pool.faults.append(Fault(at: time, box: box, kind))
    }

    private mutating func box(_ name: Located<String>) -> Int? {
        if let box = pool.boxes.firstIndex(where: { $0.name == name.value }) { return box }
        let names = pool.boxes.prefix(3).map(\.name).joined(separator: ", ")
        faults.append(name.diagnostic("no box is called \"\(name.value)\"; they are \(names) and so on"))
        return nil
    }

    private mutating func model(_ name: Located<String>) -> Int? {
        if let model = pool.models.firstIndex(where: { $0.name == name.value }) { return model }
        faults.append(name.diagnostic("no model is called \"\(name.value)\""))
        return nil
    }
}
