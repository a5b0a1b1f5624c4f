/// Settings of the whole pool.
public struct BalancerSettings: Equatable, Sendable {
    /// Bad probes in a row that take an instance out; at least 1.
    public var fall: Int
    /// Good probes in a row that bring it back, or that let a breaker's trial through; at least 1.
    public var rise: Int
    /// Whether breakers work at all; false is LiteLLM's `disable_cooldowns`.
    public var breakersEnabled: Bool
    /// When an instance's own breaker, for refused connections, opens and for how long.
    public var connectionBreaker: BreakerSettings
    /// Which retries onto failing instances are let through.
    public var retryBudget: RetryBudget
    /// How many requests may wait per model when every deployment is at its cap.
    public var maxWaiting: Int
    /// How long one may wait before whoever asked has to `leave`. The balancer only keeps it for them.
    public var maxWait: Duration
    /// How long an instance that answers "server busy" is left alone when it does not say.
    public var saturationPause: Duration
    /// How many decisions are kept to be asked for; 0: none.
    public var decisions: Int
    /// Whether requests for different context lengths are kept from making a model load again and again.
    public var protectsContext: Bool
    /// Whether an instance that answered nobody is asked for a token in a client's place.
    public var usesCanaries = false

    /// Settings with these values.
    public init(
        fall: Int, rise: Int, breakersEnabled: Bool, connectionBreaker: BreakerSettings, retryBudget: RetryBudget,
        maxWaiting: Int, maxWait: Duration, saturationPause: Duration, decisions: Int, protectsContext: Bool
    ) {
        self.fall = fall
        self.rise = rise
        self.breakersEnabled = breakersEnabled
        self.connectionBreaker = connectionBreaker
        self.retryBudget = retryBudget
        self.maxWaiting = maxWaiting
        self.maxWait = maxWait
        self.saturationPause = saturationPause
        self.decisions = decisions
        self.protectsContext = protectsContext
    }
}

/// When a breaker opens and for how long.
public struct BreakerSettings: Equatable, Sendable {
    /// Failures in a row that open it; at least 1.
    public var tripAfter: Int
    /// The same for classes of failures that have a number of their own.
    public var thresholds: TripThresholds
    /// How long it stays open the first time; doubles with each failed trial.
    public var open: Duration
    /// The longest it stays open.
    public var maxOpen: Duration

    /// Settings with these values.
    public init(tripAfter: Int, thresholds: TripThresholds, open: Duration, maxOpen: Duration) {
        self.tripAfter = tripAfter
        self.thresholds = thresholds
        self.open = open
        self.maxOpen = maxOpen
    }

    /// How many failures in a row open it when this is the latest one.
    func tripAfter(_ failure: Failure) -> Int { thresholds.threshold(of: failure) ?? tripAfter }
}

/// Limits retries onto instances that have not succeeded since their last failure; other retries are free.
public struct RetryBudget: Equatable, Sendable {
    /// Such retries, as a percentage of the requests of the last ten seconds.
    public var percent: Int
    /// Such retries that are always allowed in a second.
    public var minimum: Int

    /// A budget with these values.
    public init(percent: Int, minimum: Int) {
        self.percent = percent
        self.minimum = minimum
    }
}
