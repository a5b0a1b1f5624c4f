/// Prefers the shortest recent time to first token times what is in flight there plus one, and believes a slow answer at
/// once. Suits short prompts of similar length and instances that slow down suddenly.
///
/// After linkerd2-proxy's peak EWMA: time constant 10 s, first sample at the first token.
public struct PeakEWMA: KeyedStrategy {
    /// `peak-ewma`.
    public static let name = "peak-ewma"
    /// Seconds as they are, ten seconds; 300 ms before the first sample.
    public static let latency: LatencyEWMA.Rule? = .init(
        timeConstant: 10, keepsPeaks: true, isPerPromptToken: false, seed: 0.3)
    /// 5 %, on a scale of logarithms.
    public static let tolerance = 0.0488

    /// Nothing is kept.
    public init() {}

    /// The logarithm of latency × (in flight + 1).
    public static func key(of tally: Tally) -> Double {
        tally.latencyLevel + tally.loadLevel
    }
}
