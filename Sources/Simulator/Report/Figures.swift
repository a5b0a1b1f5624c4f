/// A sample's mean and percentiles, in seconds. Exact: by sorting.
public struct Spread: Equatable, Sendable {
    /// The mean.
    public var mean = 0.0
    /// Half are at most this.
    public var p50 = 0.0
    /// 95 of 100 are at most this.
    public var p95 = 0.0
    /// 99 of 100 are at most this.
    public var p99 = 0.0

    /// All zero.
    public init() {}

    /// Of values in ascending order; all zero when there are none. A percentile is the smallest value that at least so
    /// many are not above (nearest rank).
    init(sorted values: [Double]) {
        guard !values.isEmpty else { return }
        mean = values.reduce(0, +) / Double(values.count)
        func rank(_ share: Double) -> Double {
            values[min(values.count - 1, max(0, Int((share * Double(values.count)).rounded(.up)) - 1))]
        }
        (p50, p95, p99) = (rank(0.5), rank(0.95), rank(0.99))
    }
}

/// The result of one run of one strategy, counted from the request that warm-up ends with.
public struct Figures: Equatable, Sendable {
    /// Requests counted.
    public var requests = 0
    /// From the arrival at the gateway to the first token, of those answered.
    public var timeToFirstToken = Spread()
    /// From the arrival to the last token.
    public var completion = Spread()
    /// The share of requests whose first token came within the objective.
    public var goodput = 0.0
    /// Loads of a model begun, per 1,000 requests.
    public var loadsPerThousand = 0.0
    /// Models that had to leave for others, per 1,000 requests.
    public var evictionsPerThousand = 0.0
    /// The share of the boxes' time in which some request was at work there, while requests arrived.
    public var utilisation = 0.0
    /// The work done by the box that did most, in multiples of the mean; work is the time it would take alone.
    public var mostLoaded = 0.0
    /// The share of prompt tokens that a slot remembered.
    public var prefixHits = 0.0
    /// Jain's index over the keys' mean times to first token: 1 when all are equal, 1/n when one has it all.
    public var jain = 1.0
    /// Requests that got no whole answer.
    public var lost = 0
    /// The median of |predicted − actual| / actual of the time from the dispatch to the first token; nil where nothing
    /// was predicted.
    public var firstTokenError: Double?
    /// The same of the time to the end, predicted with the answer's length given.
    public var completionError: Double?
    /// 95 of 100 first tokens of class `interactive` came within this, in seconds; nil where there are none.
    public var interactiveP95: Double?

    /// Nothing counted.
    public init() {}
}

/// The times of a run for a plot.
public struct Traces: Sendable {
    /// Times to first token in ascending order, in seconds.
    public var timesToFirstToken: [Double] = []
    /// Requests that are in the gateway or on a box, on average over each of equal pieces of `seconds`.
    public var open: [Double] = []
    /// From the first arrival to the last.
    public var seconds = 0.0

    /// Nothing.
    public init() {}
}
