#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// A latency estimate that decays in time: e^(-t / timeConstant) of it is left after t seconds without a sample.
///
/// All estimates of one rule decay alike, so their order changes only with samples. `level` uses that: the logarithm of
/// the estimate plus elapsed time over the time constant, a number that stays put between samples and so can be kept in
/// order (two levels differ by the logarithm of the ratio of the present estimates).
public struct LatencyEWMA: Equatable, Sendable {
    /// The measure, and its time of decay.
    public struct Rule: Equatable, Sendable {
        /// Seconds after which 37 % of an estimate is left.
        public var timeConstant: Double
        /// Whether a sample above the estimate replaces it at once.
        public var keepsPeaks: Bool
        /// Whether a sample is divided by the prompt's tokens.
        public var isPerPromptToken: Bool
        /// The estimate before the first sample: neither zero (all would go there) nor endless (none would).
        public var seed: Double

        /// A rule with these values.
        public init(timeConstant: Double, keepsPeaks: Bool, isPerPromptToken: Bool, seed: Double) {
            self.timeConstant = timeConstant
            self.keepsPeaks = keepsPeaks
            self.isPerPromptToken = isPerPromptToken
            self.seed = seed
        }

        /// The sample that one request adds to the estimate. Each prompt counts 64 tokens more than it has: every request pays
        /// some time whatever its length, and short prompts must not make an instance look slow.
        @inline(__always)
        func value(of timeToFirstToken: Duration, promptTokens: Int) -> Double {
            let seconds = timeToFirstToken.inSeconds
            return isPerPromptToken ? seconds / (Double(max(1, promptTokens)) + 64) : seconds
        }

        /// The sample that a failure counts as: at least 5 s for a short prompt, at most 300 s, however fast the failure came
        /// (linkerd2-proxy has the same bounds).
        func penalty(retryAfter: Duration?) -> Double {
            let seconds = min(max(retryAfter?.inSeconds ?? 0, 5), 300)
            return isPerPromptToken ? seconds / 64 : seconds
        }
    }

    /// No estimate is smaller: below a microsecond it is noise.
    private static let floor = 1e-6

    /// The logarithm of the estimate on the scale described above.
    public private(set) var level: Double
    private var value: Double
    private var measuredAt: Double
    private var isMeasured = false

    /// The seed, as of now.
    public init(_ rule: Rule, at now: Moment) {
        value = rule.seed
        measuredAt = now.seconds
        level = log(rule.seed) + now.seconds / rule.timeConstant
    }

    /// The estimate as it is now.
    public func estimate(_ rule: Rule, at now: Moment) -> Double {
        value * exp(-max(0, now.seconds - measuredAt) / rule.timeConstant)
    }

    /// Takes in a success.
    public mutating func record(_ timeToFirstToken: Duration, promptTokens: Int, _ rule: Rule, at now: Moment) {
        let sample = rule.value(of: timeToFirstToken, promptTokens: promptTokens)
        let seconds = max(now.seconds, measuredAt)
        let kept = exp((measuredAt - seconds) / rule.timeConstant)
        let decayed = value * kept
        if !isMeasured || (rule.keepsPeaks && sample > decayed) {
            set(sample, rule, at: seconds)
        } else {
            set(decayed + sample * (1 - kept), rule, at: seconds)
        }
        isMeasured = true
    }

    /// Takes in a failure: never makes the estimate better.
    public mutating func penalise(retryAfter: Duration?, _ rule: Rule, at now: Moment) {
        let seconds = max(now.seconds, measuredAt)
        set(max(estimate(rule, at: now), rule.penalty(retryAfter: retryAfter)), rule, at: seconds)
        isMeasured = true
    }

    private mutating func set(_ estimate: Double, _ rule: Rule, at seconds: Double) {
        value = max(estimate, Self.floor)
        measuredAt = seconds
        level = log(value) + seconds / rule.timeConstant
    }
}
