import Balancer
public import BoxModel

/// Everything a run needs to know of the boxes and the gateway in front of them.
public struct SimulatedPool: Sendable {
    /// The boxes; their order is that of the gateway's instances.
    public var boxes: [SimulatedBox]
    /// The models; every box has all of them on its disk.
    public var models: [SimulatedModel]
    /// For strategies over a placement by hand: which models (by position) a box may serve. Empty: there is none.
    public var pinned: [[Int]] = []
    /// The faults, and when they happen.
    public var faults: [Fault] = []
    /// Between two looks at a box.
    public var probeInterval: Duration = .seconds(5)
    /// Whether the gateway is told how many requests of a model a box answers at once.
    public var slotsKnown = true
    /// Whether the gateway is told the boxes' memory.
    public var memoryKnown = false
    /// Tries after the first, each on another box where the strategy can.
    public var retries = 2
    /// Places in the gateway's queue, per model.
    public var maxWaiting = 1_000_000
    /// The longest a request waits in the gateway's queue; nil: as long as it takes.
    public var maxWait: Duration?
    /// A request whose first token would come later is refused at once; nil: none is.
    public var queueObjective: Duration?
    /// How long a box that accepts and never answers is waited for.
    public var timeout: Duration = .seconds(600)
    /// A first token within this time counts as good service.
    public var objective: Duration = .seconds(5)
    /// How long an idle model stays in memory (OLLAMA_KEEP_ALIVE).
    public var keepAlive: Duration = .seconds(300)
    /// From an unload until its memory is seen free.
    public var memoryRecovery: Duration = .seconds(1)
    /// Models in memory at once on a box (OLLAMA_MAX_LOADED_MODELS).
    public var maxLoadedModels = 3
    /// Places in a box's queue (OLLAMA_MAX_QUEUE).
    public var maxQueue = 512

    /// These boxes with these models.
    public init(boxes: [SimulatedBox], models: [SimulatedModel]) {
        self.boxes = boxes
        self.models = models
    }

    /// Models are loaded with as much context as Ollama gives by a card's memory, where a request does not say; else with
    /// `context`.
    public var contextByMemory = false

    /// The context that every model is loaded with, in tokens. Prompts are not cut to it.
    static let context = 8_000
    /// The most that a model was made for.
    private static let mostContext = 262_144

    /// How one box is set up.
    func settings(of box: Int) -> BoxSettings {
        var settings = BoxSettings(
            gpu: boxes[box].gpu,
            models: models.map { model in
                var disk = DiskModel(
                    name: model.name, sizeBytes: model.sizeBytes,
                    contextBytesPerToken: model.slotBytes / Self.context, maxContext: Self.mostContext,
                    embeddingOnly: false)
                disk.speed = model.speed
                return disk
            },
            keepAlive: .after(keepAlive.nanoseconds), maxQueue: maxQueue, maxLoadedModels: maxLoadedModels,
            contextLength: contextByMemory ? nil : Self.context, memoryRecovery: memoryRecovery.nanoseconds)
        settings.tokenSteps = .firstAndRest
        return settings
    }
}

/// One box.
public struct SimulatedBox: Sendable {
    /// As people read it.
    public var name: String
    /// Its card; `slots` are OLLAMA_NUM_PARALLEL.
    public var gpu: GPUClass
    /// Models in memory at the start, by position, as far as they fit.
    public var preloaded: [Int]
    /// The slots that the gateway is told, right or wrong; nil: as the pool has it.
    public var toldSlots: Int?

    /// A box with these properties.
    public init(name: String, gpu: GPUClass, preloaded: [Int] = []) {
        self.name = name
        self.gpu = gpu
        self.preloaded = preloaded
    }
}

/// One model.
public struct SimulatedModel: Sendable {
    /// The name that clients ask for, and the tag on the boxes.
    public var name: String
    /// On disk, and in memory beside the context.
    public var sizeBytes: Int
    /// Memory that one slot's context takes.
    public var slotBytes: Int
    /// How many times faster than the card's figures it runs.
    public var speed: Double
    /// Its share of the requests; the shares are relative to each other.
    public var popularity: Double

    /// A model with these properties.
    public init(name: String, sizeBytes: Int, slotBytes: Int, speed: Double, popularity: Double) {
        self.name = name
        self.sizeBytes = sizeBytes
        self.slotBytes = slotBytes
        self.speed = speed
        self.popularity = popularity
    }
}
