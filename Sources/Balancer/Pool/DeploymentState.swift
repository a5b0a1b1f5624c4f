/// What the balancer keeps of a deployment and needs for each request. No references.
struct DeploymentState: Sendable {
    // What every pick and settlement touches comes first: with a thousand deployments each cache line counts.
    let instance: Int32
    let model: Int32
    /// Its place in the model's order.
    let place: Int32
    /// The next deployment on the same instance; -1: none.
    var next: Int32 = -1
    /// `Int32.max` when there is no cap.
    let maxParallel: Int32
    var inFlight: Int32 = 0
    var requests = 0
    /// 1 / weight.
    let stride: Double
    var turn: Double
    /// Whether nothing but its caps keeps it from being picked; worked out when something other than a count changes.
    var isStanding = false
    /// Whether its breakers are ready for a trial; worked out at the same time.
    var isDue = false
    /// Whether it has failed since its last success.
    var isFailing = false
    var lacksTag = false
    /// Whether a request that asks for no context length may go as it is; see `ContextGuard`.
    var isContextPlain = false
    let isDisabled: Bool
    var timeToFirstToken = RecentMean()
    var duration = RecentMean()
    var tokensPerSecond = RecentMean()
    /// For everything but refused connections.
    var breaker = Breaker()
    /// At its seed when the strategy does not look at it.
    var latency: LatencyEWMA
    /// It said "server busy": left alone until then.
    var busyUntil = Moment.zero
    /// `Int32.max` when not known.
    let slots: Int32
    /// Tokens of context its requests ask for when they do not say; 0: none.
    let context: Int32
    /// Its place in `PoolState.contexts`.
    let contextGuard: Int32
    /// Its place in `PoolState.windows`; -1: it has no limits.
    let window: Int32
}

/// What only failures touch; apart, so that the state of a thousand deployments fits a nearer cache.
struct DeploymentHistory: Sendable {
    let breakerSettings: BreakerSettings
    var failures = 0
    var abandoned = 0
    var lastFailure: Failure?
}

/// What people and rare events need of a deployment.
struct DeploymentRecord: Sendable {
    let spec: DeploymentSpec
    /// As in `KnownTag`.
    let tag: String
}

/// A mean in which each new value counts for a fifth, for people to read.
struct RecentMean: Sendable {
    private var mean = Double.nan

    /// Nil before the first value.
    var value: Double? { mean.isNaN ? nil : mean }

    mutating func record(_ new: Double) {
        mean = mean.isNaN ? new : mean + 0.2 * (new - mean)
    }
}

/// Tags as instances list them.
enum TagName {
    /// A tag as an instance with this matching would list it.
    static func listed(_ name: String, _ matching: TagMatching) -> String {
        matching == .ollama ? normalised(name) : name
    }

    /// Lower case, with `:latest` where no version is given.
    static func normalised(_ name: String) -> String {
        let lower = name.lowercased()
        let last = lower.lastIndex(of: "/").map { lower[$0...] } ?? lower[...]
        return last.contains(":") ? lower : lower + ":latest"
    }
}
