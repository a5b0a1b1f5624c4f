public import BoxModel

/// One box of a farm: its card, the models on its disk and how it is set up.
public struct BoxProfile: Sendable {
    /// Its card.
    public var gpu: GPUClass
    /// The models that `/api/tags` lists.
    public var models: [ModelProfile]
    /// The version that `/api/version` says.
    public var version = "0.33.0"
    /// How long a model stays loaded once idle; nil for ever. As OLLAMA_KEEP_ALIVE.
    public var keepAlive: Duration? = .seconds(300)
    /// Requests that may wait for the scheduler before others get a 503. As OLLAMA_MAX_QUEUE.
    public var maxQueue = 512
    /// Models in memory at once. As OLLAMA_MAX_LOADED_MODELS.
    public var maxLoadedModels = 3
    /// The context of a model loaded without `num_ctx`; nil by the card's memory. As OLLAMA_CONTEXT_LENGTH.
    public var contextLength: Int?
    /// How long after an unload the card's memory is seen free.
    public var memoryRecovery: Duration = .milliseconds(500)
    /// How many tokens an answer has when nothing cuts it, drawn evenly.
    public var answerTokens: ClosedRange<Int> = 12...40
    /// How fast its line brings a model that is pulled.
    public var pullBytesPerSecond = 400_000_000.0
    /// Models that are in memory when the farm starts.
    public var preloaded: [String] = []

    /// A box set up as an installation of today is, but quicker at giving memory back.
    public init(gpu: GPUClass, models: [ModelProfile]) {
        self.gpu = gpu
        self.models = models
    }
}
