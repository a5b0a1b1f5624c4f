/// Virtual time since a box's start, or a span of it, in nanoseconds.
public typealias Nanoseconds = Int64

/// How one box is set up. The names in capitals are the environment variables of the real server.
public struct BoxSettings: Sendable {
    /// The card; its `slots` are OLLAMA_NUM_PARALLEL.
    public var gpu: GPUClass
    /// The models on the disk; requests name a model by its place here.
    public var models: [DiskModel]
    /// How long a model stays loaded once idle, where no request says otherwise (OLLAMA_KEEP_ALIVE).
    public var keepAlive: KeepAlive
    /// Places in the queue of requests that need a load (OLLAMA_MAX_QUEUE).
    public var maxQueue: Int
    /// Models in memory at once (OLLAMA_MAX_LOADED_MODELS).
    public var maxLoadedModels: Int
    /// The context of a model loaded without one; nil by the card's memory (OLLAMA_CONTEXT_LENGTH).
    public var contextLength: Int?
    /// How long after an unload its memory is seen free.
    public var memoryRecovery: Nanoseconds
    /// Which tokens are told of.
    public var tokenSteps = TokenSteps.each

    /// How closely an answer is followed. Its first and its last token come at the same moments either way.
    public enum TokenSteps: Hashable, Sendable {
        /// One change per token.
        case each
        /// One change for the first token and one for all others, with the last: for millions of answers that nobody
        /// reads.
        case firstAndRest
    }

    /// Every field must be given: a box has no defaults of its own.
    public init(
        gpu: GPUClass, models: [DiskModel], keepAlive: KeepAlive, maxQueue: Int, maxLoadedModels: Int,
        contextLength: Int?, memoryRecovery: Nanoseconds
    ) {
        self.gpu = gpu
        self.models = models
        self.keepAlive = keepAlive
        self.maxQueue = maxQueue
        self.maxLoadedModels = maxLoadedModels
        self.contextLength = contextLength
        self.memoryRecovery = memoryRecovery
    }

    /// The context that `model` gets when it is loaded with `options`, in tokens per slot.
    public func context(of model: DiskModel, with options: LoadOptions) -> Int {
        if let asked = options.context { return model.clamp(context: asked) }
        if let contextLength { return model.clamp(context: contextLength) }
        let gibibytes = gpu.memoryBytes >> 30
        return model.clamp(context: gibibytes < 23 ? 4_096 : gibibytes < 47 ? 32_768 : 262_144)
    }
}
