/// Everything a balancer is made from. Nothing in it has a default here: the configuration gives all of it.
public struct PoolSpec: Sendable {
    /// The servers, each once; their order makes the `InstanceID`s.
    public var instances: [InstanceSpec]
    /// The models on instances; their order makes the `DeploymentID`s.
    public var deployments: [DeploymentSpec]
    /// The names clients ask for; their order makes the `ModelID`s.
    public var models: [ModelSpec]
    /// Settings of the whole pool.
    public var settings: BalancerSettings
    /// Where chance starts: the same seed and the same events give the same picks.
    public var seed: UInt64
    /// The product's version, as the snapshot states it.
    public var version: String

    /// A pool of these parts.
    public init(
        instances: [InstanceSpec], deployments: [DeploymentSpec], models: [ModelSpec], settings: BalancerSettings,
        seed: UInt64, version: String
    ) {
        self.instances = instances
        self.deployments = deployments
        self.models = models
        self.settings = settings
        self.seed = seed
        self.version = version
    }
}

/// One server at one base URL.
public struct InstanceSpec: Sendable {
    /// The name people see, unique in the pool.
    public var name: String
    /// The base URL as shown to people.
    public var apiBase: String
    /// The provider's name, such as `ollama`.
    public var provider: String
    /// Whether a prober watches it. An unwatched one (a cloud) counts as ready without probes.
    public var probed: Bool
    /// Whether its list of tags says what it serves.
    public var tagMatching: TagMatching
    /// Whether it may have one thread, so that it answers no probe while it works.
    public var mayFallSilent: Bool
    /// Whether a request there may first have to wait for its model, though no list says which models are in memory.
    public var mayLoad: Bool
    /// Bytes that it has for models, if known: of its card where it has one.
    public var memory: Int?

    /// An instance with these properties.
    public init(
        name: String, apiBase: String, provider: String, probed: Bool, tagMatching: TagMatching = .ollama,
        mayFallSilent: Bool = false, mayLoad: Bool = false, memory: Int? = nil
    ) {
        self.name = name
        self.apiBase = apiBase
        self.provider = provider
        self.probed = probed
        self.tagMatching = tagMatching
        self.mayFallSilent = mayFallSilent
        self.mayLoad = mayLoad
        self.memory = memory
    }
}

/// One model on one instance.
public struct DeploymentSpec: Sendable {
    /// `model_id`, unique in the pool.
    public var id: String
    /// The name clients ask for.
    public var modelName: String
    /// The model as configured, such as `ollama/llama3.1:8b`.
    public var upstreamModel: String
    /// The name the instance knows, as configured and shown to people.
    public var tag: String
    /// The same name as the instance lists it (see `KnownTag.name`); compared byte for byte.
    public var listedTag: String
    /// Where it runs.
    public var instance: InstanceID
    /// Its share under `simple-shuffle`; 0 means only when nothing else is left.
    public var weight: Double
    /// How many requests the instance works on at once for this model, if known. Shown, never a cap.
    public var slots: Int?
    /// A hard cap on requests in flight, if any.
    public var maxParallel: Int?
    /// Why it can never be used, such as "OPENAI_API_KEY is not set"; nil when it can.
    public var unavailable: String?
    /// When its breaker opens and for how long.
    public var breaker: BreakerSettings
    /// Tokens of context (`num_ctx`) its requests ask for when they do not say; nil leaves it to the instance.
    public var context: Int?
    /// Its rank among its model's deployments (LiteLLM's `order`): only the lowest order of which any may be picked is used.
    /// A deployment may not be picked that is down, cools down, is at its cap or limits, was tried or is excluded; then the
    /// next order is used at once, before any request waits. Slots that are all at work do not count: set `maxParallel` to
    /// have the next order used then.
    public var order: Int
    /// The most requests per minute, at least 1; nil when there is no limit. A minute begins with its first request and
    /// lasts 60 s, wherever the clock's minutes begin (LiteLLM goes by the clock).
    public var rpm: Int?
    /// The most tokens in such a minute, read and written, at least 1; nil when there is no limit. Counted when a request
    /// is sent, with its prompt's estimate and `outputLimit`, put right when it has succeeded. A request that is larger
    /// than the limit goes while no tokens are used.
    public var tpm: Int?

    /// A deployment with these properties.
    public init(
        id: String, modelName: String, upstreamModel: String, tag: String, listedTag: String, instance: InstanceID,
        weight: Double, slots: Int?, maxParallel: Int?, unavailable: String?, breaker: BreakerSettings,
        context: Int?, order: Int, rpm: Int?, tpm: Int?
    ) {
        self.id = id
        self.modelName = modelName
        self.upstreamModel = upstreamModel
        self.tag = tag
        self.listedTag = listedTag
        self.instance = instance
        self.weight = weight
        self.slots = slots
        self.maxParallel = maxParallel
        self.unavailable = unavailable
        self.breaker = breaker
        self.context = context
        self.order = order
        self.rpm = rpm
        self.tpm = tpm
    }
}

/// One name clients ask for, and the deployments that serve it.
public struct ModelSpec: Sendable {
    /// The name.
    public var name: String
    /// A strategy's name or alias; see `Strategies.names`.
    public var strategy: String
    /// The deployments that serve it; each belongs to one model.
    public var deployments: [DeploymentID]

    /// A model with these properties.
    public init(name: String, strategy: String, deployments: [DeploymentID]) {
        self.name = name
        self.strategy = strategy
        self.deployments = deployments
    }
}
