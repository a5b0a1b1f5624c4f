/// What the balancer keeps of a deployment and needs for each request. No references.
struct DeploymentState: Sendable {
    let instance: Int
    let model: Int
    /// Its place in the model's order.
    let place: Int
    /// 1 / weight.
    let stride: Double
    /// `Int.max` when there is no cap.
    let maxParallel: Int
    /// `Int.max` when not known.
    let slots: Int
    let breakerSettings: BreakerSettings
    let isDisabled: Bool
    /// The next deployment on the same instance; -1: none.
    var next = -1

    var inFlight = 0
    var turn: Double
    /// Nil when the strategy does not look at it.
    var latency: LatencyEWMA?
    /// For everything but refused connections.
    var breaker = Breaker()
    /// It said "server busy": left alone until then.
    var busyUntil = Moment.zero
    var lacksTag = false
    /// Whether it has failed since its last success.
    var isFailing = false
    /// Whether nothing but its caps keeps it from being picked; worked out when something other than a count changes.
    var isStanding = false
    var lastFailure: Failure?

    var requests = 0
    var failures = 0
    var abandoned = 0
    var timeToFirstToken = RecentMean()
    var duration = RecentMean()
    var tokensPerSecond = RecentMean()
}

/// What people and rare events need of a deployment.
struct DeploymentRecord: Sendable {
    let spec: DeploymentSpec
    /// Normalised as in `KnownTag`.
    let tag: String
}

/// A mean in which each new value counts for a fifth, for people to read.
struct RecentMean: Sendable {
    /// Nil before the first value.
    private(set) var value: Double?

    mutating func record(_ new: Double) {
        value = value.map { $0 + 0.2 * (new - $0) } ?? new
    }
}

/// Tags as instances list them.
enum TagName {
    /// Lower case, with `:latest` where no version is given.
    static func normalised(_ name: String) -> String {
        let lower = name.lowercased()
        let last = lower.lastIndex(of: "/").map { lower[$0...] } ?? lower[...]
        return last.contains(":") ? lower : lower + ":latest"
    }
}
